import type { ContainerInspectInfo } from "dockerode";
import type { BackendSpec } from "../../../src/protocol/drone-messages.ts";
import { type Location, RuntimeError, RuntimeUnavailable } from "../runtime.ts";
import { askedAddress, assignAddress } from "./assign-address.ts";
import type { DockerDeps } from "./docker-deps.ts";
import { EngineRefusal, finalFor, isRefusal } from "./engine-refusal.ts";
import { findContainer, findInstance, locatedInstance } from "./find-container.ts";
import { chooseNetwork } from "./network.ts";

type StartDeps = Pick<DockerDeps, "engine" | "options" | "addresses">;

/** Each try is with an address that was free just before. */
const TRIES = 8;

export async function startContainer(deps: StartDeps, spec: BackendSpec): Promise<Location> {
  const container = await findContainer(deps, spec.backend_id);
  if (container === undefined) throw new RuntimeError("startfailed", "its container is gone");
  const before = await locatedInstance(container);
  if (before.state === "created") await start(deps, spec, container);
  // The Engine would start an ended container a second time, so that is not left to it.
  const now = before.state === "created" ? await findInstance(deps, spec.backend_id) : before;
  if (now?.state === "running") return now.location;
  throw new RuntimeUnavailable("it ended before it could be located");
}

async function start(
  deps: StartDeps,
  spec: BackendSpec,
  container: ContainerInspectInfo,
): Promise<void> {
  const { options } = deps;
  try {
    if (chooseNetwork(spec.network, options) !== options.network) {
      await startOnce(deps, container);
      return;
    }
    let assigned = askedAddress(container, options.network) !== undefined;
    for (let triesLeft = TRIES - 1; ; triesLeft--) {
      try {
        if (!assigned) await assignAddress(deps, container);
        await startOnce(deps, container);
        return;
      } catch (error) {
        if (triesLeft === 0 || !(lacksNetwork(error) || lacksAddress(error))) throw error;
        assigned = false;
      }
    }
  } catch (error) {
    throw finalFor("startfailed", error);
  }
}

async function startOnce({ engine }: StartDeps, { Id }: ContainerInspectInfo): Promise<void> {
  try {
    await engine.call((docker, abortSignal) => docker.getContainer(Id).start({ abortSignal }));
  } catch (error) {
    // It runs already.
    if (!isRefusal(error, 304)) throw error;
  }
}

/** The network was removed since the container was created, or two drones are just making it. */
function lacksNetwork(error: unknown): boolean {
  const problem = /network \S+ (not found|is ambiguous)/i;
  return isRefusal(error, 400, 404, 500) && problem.test(error.message);
}

/**
 * Another container has its address, or its network was made anew: with another subnet, or by an older
 * version, so that no address can be chosen. A published port that is in use says "bind: address …".
 */
function lacksAddress(error: unknown): boolean {
  const problem =
    /(?<!bind: )address already in use|user specified IP address|does not belong to|no configured subnet/i;
  return error instanceof EngineRefusal && problem.test(error.message);
}
