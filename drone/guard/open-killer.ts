import type { BackendId } from "../../src/protocol/ids.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Owner } from "../journal/journal.ts";
import { killContainer } from "../runtime/docker/end-container.ts";
import { connectEngine } from "../runtime/docker/engine.ts";
import { findContainer } from "../runtime/docker/find-container.ts";
import { killTasks } from "../runtime/docker/kill-tasks.ts";
import { killProcess } from "../runtime/process/end-process.ts";
import { findProcess } from "../runtime/process/find-process.ts";
import { processStateDir } from "../runtime/process/instance-folder.ts";
import { RuntimeUnavailable } from "../runtime/runtime.ts";
import type { GuardConfig } from "./guard-config.ts";

/** All that a guard can do. */
export interface Killer {
  /**
   * Kills a drone's instance and says what is left of it. Where the machine itself knows its processes,
   * they are dead even if the runtime does not answer.
   */
  kill(id: BackendId, handle: string | undefined): Promise<"absent" | "created" | "ended">;
}

export function openKiller(
  { clock }: { clock: Clock },
  { runtime, dataDir }: GuardConfig,
  owner: Owner,
): Killer {
  switch (runtime.name) {
    case "docker":
      return dockerKiller(clock, runtime.socketPath, owner);
    case "process":
      return processKiller(clock, processStateDir(dataDir), owner);
    default:
      return runtime satisfies never;
  }
}

function dockerKiller(
  clock: Clock,
  socketPath: string | undefined,
  { drone, cluster }: Owner,
): Killer {
  const engine = connectEngine({ clock }, socketPath);
  const deps = { engine, options: { droneName: drone, clusterName: cluster } };
  return {
    async kill(id, handle) {
      if (handle === undefined) return await killByEngine(deps, id);
      await killTasks(clock, handle);
      try {
        return await killByEngine(deps, id);
      } catch (error) {
        // Its Engine may be gone for good; its processes are.
        if (error instanceof RuntimeUnavailable) return "ended";
        throw error;
      }
    },
  };
}

async function killByEngine(
  deps: Parameters<typeof killContainer>[0],
  id: BackendId,
): Promise<"absent" | "created" | "ended"> {
  // Most have ended long since: of those nothing more is asked.
  if ((await findContainer(deps, id)) === undefined) return "absent";
  await killContainer(deps, id);
  const found = await findContainer(deps, id);
  if (found === undefined) return "absent";
  if (found.State.Running) throw new Error("it runs on after it was killed");
  return found.State.Status === "created" ? "created" : "ended";
}

function processKiller(clock: Clock, stateDir: string, { drone }: Owner): Killer {
  const deps = { clock, options: { droneName: drone, stateDir } };
  return {
    async kill(id) {
      await killProcess(deps, id);
      const state = (await findProcess(deps, id))?.sight.state ?? "absent";
      if (state === "running") throw new Error("it runs on after it was killed");
      return state;
    },
  };
}
