import type { NetworkInspectInfo } from "dockerode";
import { RuntimeError } from "../runtime.ts";
import type { Engine } from "./engine.ts";
import { findNetwork } from "./find-network.ts";
import { ICC, makeNetwork } from "./make-network.ts";

/** Names that mean something to Docker that is no network of their own, or no isolation at all. */
const NEVER = /^(host|none|default|container:.*)$/;

/** The network that a backend joins. */
export function chooseNetwork(
  asked: string | undefined,
  { network, allowedNetworks }: { network: string; allowedNetworks: readonly string[] },
): string {
  if (asked === undefined || asked === network) return network;
  if (allowedNetworks.includes(asked) && !NEVER.test(asked)) return asked;
  throw new RuntimeError("createfailed", `this drone does not allow the network "${asked}"`);
}

/** Hangar's own bridge, made if it is missing. */
export async function ensureNetwork(engine: Engine, name: string): Promise<NetworkInspectInfo> {
  const network = (await findNetwork(engine, name)) ?? (await makeNetwork(engine, name));
  if (network.Driver === "bridge" && network.Options?.[ICC] === "false") return network;
  const problem = `the network "${name}" is not Hangar's: it would let sessions reach each other`;
  throw new RuntimeError("createfailed", `${problem}; remove it, or give the drone another name`);
}
