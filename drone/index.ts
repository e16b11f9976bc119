import { join } from "node:path";
import type { Clock } from "../src/shared/clock.ts";
import type { Log } from "../src/shared/log.ts";
import { assemble } from "../src/shared/service-stack.ts";
import type { DroneConfig } from "./config.ts";
import { openDockerRuntime } from "./runtime/docker/docker-runtime.ts";
import { openProcessRuntime } from "./runtime/process/process-runtime.ts";
import type { Runtime } from "./runtime/runtime.ts";
import { wireDrone } from "./wire-drone.ts";

export interface DroneDeps {
  clock: Clock;
  log: Log;
}

export interface Drone extends AsyncDisposable {
  readonly name: string;
}

/** Resolves once it dials; neither the controller nor the runtime has to be there yet. */
export function startDrone({ clock, log }: DroneDeps, config: DroneConfig): Promise<Drone> {
  const deps = { clock, log: log.child({ component: "drone" }) };
  return assemble(async (stack) => {
    const runtime = stack.use(openRuntime(deps, config));
    await wireDrone({ ...deps, runtime }, config, stack);
    return { name: config.name };
  });
}

function openRuntime(
  deps: DroneDeps,
  { runtime, name: droneName, cluster: clusterName, dataDir }: DroneConfig,
): Runtime {
  switch (runtime.name) {
    case "docker":
      return openDockerRuntime(deps, { ...runtime, droneName, clusterName });
    case "process":
      return openProcessRuntime(deps, { ...runtime, droneName, stateDir: join(dataDir, "apps") });
    default:
      return runtime satisfies never;
  }
}
