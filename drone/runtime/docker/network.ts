import type { NetworkInspectInfo } from "dockerode";
import { RuntimeError } from "../runtime.ts";
import type { Engine } from "./engine.ts";
import { EngineRefusal, isRefusal } from "./engine-refusal.ts";
import { LABELS } from "./labels.ts";

const ICC = "com.docker.network.bridge.enable_icc";
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

/** Hangar's own bridge, made if it is missing. Two drones of one Engine may make it at the same time. */
export async function ensureNetwork(engine: Engine, name: string): Promise<NetworkInspectInfo> {
  const network =
    (await findNetwork(engine, name)) ??
    (await createNetwork(engine, name)) ??
    (await findNetwork(engine, name));
  if (network === undefined) throw new EngineRefusal(404, `network ${name} not found`, undefined);
  if (network.Driver === "bridge" && network.Options?.[ICC] === "false") return network;
  const problem = `the network "${name}" is not Hangar's: it would let sessions reach each other`;
  throw new RuntimeError("createfailed", `${problem}; remove it, or give the drone another name`);
}

export async function findNetwork(
  engine: Engine,
  name: string,
): Promise<NetworkInspectInfo | undefined> {
  const named = await engine.call((docker, abortSignal) =>
    docker.listNetworks({ filters: { name: [name] }, abortSignal }),
  );
  // The filter also finds names that only contain this one.
  return named.filter(({ Name }) => Name === name).sort(byAge)[0];
}

/** The address of the machine on a network; undefined for a network that has none. */
export function gatewayOf({ IPAM }: NetworkInspectInfo): string | undefined {
  const gateway = IPAM?.Config?.map((config) => config.Gateway).find(Boolean);
  // Some Engines give it with the prefix length.
  return gateway?.split("/")[0];
}

/** Undefined if another was first. */
async function createNetwork(
  engine: Engine,
  name: string,
): Promise<NetworkInspectInfo | undefined> {
  try {
    const { id } = await engine.call((docker, abortSignal) =>
      docker.createNetwork({
        Name: name,
        CheckDuplicate: true,
        Driver: "bridge",
        Options: { [ICC]: "false" },
        Labels: { [LABELS.network]: name },
        abortSignal,
      }),
    );
    return await giveWayToOlder(engine, name, id);
  } catch (error) {
    if (isRefusal(error, 409)) return undefined;
    throw error;
  }
}

/** Older Engines let two requests at once make two networks of one name; all but the oldest go. */
async function giveWayToOlder(
  engine: Engine,
  name: string,
  ownId: string,
): Promise<NetworkInspectInfo | undefined> {
  const oldest = await findNetwork(engine, name);
  if (oldest !== undefined && oldest.Id !== ownId) {
    await engine.call((docker) => docker.getNetwork(ownId).remove());
  }
  return oldest;
}

function byAge(a: NetworkInspectInfo, b: NetworkInspectInfo): number {
  return a.Created === b.Created ? a.Id.localeCompare(b.Id) : a.Created.localeCompare(b.Created);
}
