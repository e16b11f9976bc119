import type { Clock } from "../src/shared/clock.ts";
import type { Log } from "../src/shared/log.ts";
import { assemble, type ServiceStack } from "../src/shared/service-stack.ts";
import type { DroneConfig } from "./config.ts";
import { keepGuard } from "./guard/keep-guard.ts";
import { openBootClock } from "./lease/boot-clock.ts";
import { openState } from "./open-state.ts";
import { openRuntime } from "./runtime/open-runtime.ts";
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
  const deps = { clock, bootClock: openBootClock(), log: log.child({ component: "drone" }) };
  return assemble(async (stack) => {
    const runtime = stack.use(openRuntime(deps, config));
    const state = await openState(config, stack);
    if (config.guard !== "external") guardFrom(stack, deps, config);
    wireDrone({ ...deps, runtime, state }, config, stack);
    return { name: config.name };
  });
}

/** A guard that is let go last: it sees how everything else was left. */
function guardFrom(stack: ServiceStack, deps: DroneDeps, { dataDir, runtime }: DroneConfig): void {
  if (process.platform === "linux") stack.use(keepGuard(deps, { dataDir, runtime }));
  else deps.log.warn("no guard on this system: backends of a dead drone outlive their lease");
}
