import type { Engine } from "../runtime/docker/engine.ts";
import { findNetwork } from "../runtime/docker/find-network.ts";
import { ICC } from "../runtime/docker/make-network.ts";
import type { NetworkFacts } from "./docker-facts.ts";

/** Whether a drone could use this network: as it is, or made anew. */
export async function tryNetwork(engine: Engine, name: string): Promise<NetworkFacts> {
  const found = await findNetwork(engine, name);
  if (found !== undefined) {
    const isOurs = found.Driver === "bridge" && found.Options?.[ICC] === "false";
    return { kind: isOurs ? "there" : "foreign" };
  }
  try {
    await makeAndRemove(engine, `${name}-doctor-${process.pid}`);
    return { kind: "can-be-made" };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: "cannot-be-made", error: message };
  }
}

const LIMIT_MS = 5_000;

/** Docker writes its iptables rules for it, so it shows that they can be written. */
async function makeAndRemove(engine: Engine, Name: string): Promise<void> {
  const Options = { [ICC]: "false" };
  const made = await engine.call(
    (docker) => docker.createNetwork({ Name, Driver: "bridge", Options }),
    LIMIT_MS,
  );
  await engine.call((docker) => docker.getNetwork(made.id).remove(), LIMIT_MS);
}
