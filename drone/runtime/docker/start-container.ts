import type { BackendSpec } from "../../../src/protocol/drone-messages.ts";
import { type Location, RuntimeError, RuntimeUnavailable } from "../runtime.ts";
import type { DockerDeps } from "./docker-deps.ts";
import { finalFor, isRefusal } from "./engine-refusal.ts";
import { findInstance } from "./find-container.ts";
import { containerName } from "./labels.ts";
import { chooseNetwork, ensureNetwork } from "./network.ts";

type StartDeps = Pick<DockerDeps, "engine" | "options">;

export async function startContainer(deps: StartDeps, spec: BackendSpec): Promise<Location> {
  const before = await findInstance(deps, spec.backend_id);
  if (before === undefined) throw new RuntimeError("startfailed", "its container is gone");
  if (before.state === "created") await start(deps, spec);
  // The Engine would start an ended container a second time, so that is not left to it.
  const now = before.state === "created" ? await findInstance(deps, spec.backend_id) : before;
  if (now?.state === "running") return now.location;
  throw new RuntimeUnavailable("it ended before it could be located");
}

async function start(deps: StartDeps, spec: BackendSpec): Promise<void> {
  const container = containerName(spec.backend_id);
  const tryOnce = async (): Promise<void> => {
    await deps.engine
      .call((docker, abortSignal) => docker.getContainer(container).start({ abortSignal }))
      .catch((error) => {
        // It runs already.
        if (!isRefusal(error, 304)) throw error;
      });
  };
  try {
    await tryOnce().catch(async (error) => {
      if (!lacksNetwork(error)) throw error;
      const network = chooseNetwork(spec.network, deps.options);
      if (network !== deps.options.network) throw error;
      await ensureNetwork(deps.engine, network);
      await tryOnce();
    });
  } catch (error) {
    throw finalFor("startfailed", error);
  }
}

/** The network was removed since the container was created, or two drones are just making it. */
function lacksNetwork(error: unknown): boolean {
  const problem = /network \S+ (not found|is ambiguous)/i;
  return isRefusal(error, 400, 404, 500) && problem.test(error.message);
}
