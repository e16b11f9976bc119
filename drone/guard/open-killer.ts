import type { BackendId } from "../../src/protocol/ids.ts";
import type { Clock } from "../../src/shared/clock.ts";
import { killContainer } from "../runtime/docker/end-container.ts";
import { connectEngine } from "../runtime/docker/engine.ts";
import { findContainer } from "../runtime/docker/find-container.ts";
import { killProcess } from "../runtime/process/end-process.ts";
import { findProcess } from "../runtime/process/find-process.ts";
import { processStateDir } from "../runtime/process/instance-folder.ts";
import type { GuardConfig } from "./guard-config.ts";
import type { Owner } from "./journal-reader.ts";

/** All that a guard can do. */
export interface Killer {
  /** Kills a drone's instance with the runtime's own means, and says what is left of it. */
  kill(id: BackendId): Promise<"absent" | "created" | "ended">;
}

export function openKiller(
  { clock }: { clock: Clock },
  { runtime, dataDir }: GuardConfig,
  { drone, cluster }: Owner,
): Killer {
  switch (runtime.name) {
    case "docker": {
      const engine = connectEngine({ clock }, runtime.socketPath);
      const deps = { engine, options: { droneName: drone, clusterName: cluster } };
      return {
        async kill(id) {
          // Most have ended long since: of those nothing more is asked.
          if ((await findContainer(deps, id)) === undefined) return "absent";
          await killContainer(deps, id);
          const found = await findContainer(deps, id);
          if (found === undefined) return "absent";
          if (found.State.Running) throw new Error("it runs on after it was killed");
          return found.State.Status === "created" ? "created" : "ended";
        },
      };
    }
    case "process": {
      const deps = { clock, options: { droneName: drone, stateDir: processStateDir(dataDir) } };
      return {
        async kill(id) {
          await killProcess(deps, id);
          const state = (await findProcess(deps, id))?.sight.state ?? "absent";
          if (state === "running") throw new Error("it runs on after it was killed");
          return state;
        },
      };
    }
    default:
      return runtime satisfies never;
  }
}
