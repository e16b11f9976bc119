import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import type { DroneConfig } from "../config.ts";
import { openDockerRuntime } from "./docker/docker-runtime.ts";
import { processStateDir } from "./process/instance-folder.ts";
import { openProcessRuntime } from "./process/process-runtime.ts";
import type { Runtime } from "./runtime.ts";

/** The runtime that a drone was set up with. */
export function openRuntime(
  deps: { clock: Clock; log: Log },
  { runtime, name: droneName, cluster: clusterName, dataDir }: DroneConfig,
): Runtime {
  switch (runtime.name) {
    case "docker":
      return openDockerRuntime(deps, { ...runtime, droneName, clusterName });
    case "process":
      return openProcessRuntime(deps, {
        ...runtime,
        droneName,
        stateDir: processStateDir(dataDir),
      });
    default:
      return runtime satisfies never;
  }
}
