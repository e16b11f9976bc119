import type { Clock } from "../src/shared/clock.ts";
import type { FigureBook } from "../src/shared/figures/figure-book.ts";
import type { Log } from "../src/shared/log.ts";
import { assemble, type ServiceStack } from "../src/shared/service-stack.ts";
import type { DroneConfig } from "./config.ts";
import { Figures } from "./figures/figures.ts";
import { openSight } from "./figures/open-sight.ts";
import { keepGuard } from "./guard/keep-guard.ts";
import { openBootClock } from "./lease/boot-clock.ts";
import { openState } from "./open-state.ts";
import { openRuntime } from "./runtime/open-runtime.ts";
import { wireDrone } from "./wire-drone.ts";

export interface DroneDeps {
  clock: Clock;
  log: Log;
  /** Where it tells its figures too. Default: a book of its own. */
  book?: FigureBook;
}

export interface Drone extends AsyncDisposable {
  readonly name: string;
  /** Where the figures are told, if they are. */
  readonly figuresPort: number | undefined;
}

/** Resolves once it dials; neither the controller nor the runtime has to be there yet. */
export function startDrone({ clock, log, book }: DroneDeps, config: DroneConfig): Promise<Drone> {
  const figures = new Figures();
  const deps = {
    clock,
    bootClock: openBootClock(),
    log: log.child({ component: "drone" }),
    figures,
  };
  return assemble(async (stack) => {
    const runtime = stack.use(openRuntime(deps, config));
    const state = await openState(config, stack);
    if (config.guard !== "external") guardFrom(stack, deps, config);
    const sources = wireDrone({ ...deps, runtime, state }, config, stack);
    const sight = { ...sources, log: deps.log, ...(book && { book }) };
    return { name: config.name, figuresPort: await openSight(stack, config, sight) };
  });
}

type GuardDeps = DroneDeps & { figures: Figures };

/** A guard that is let go last: it sees how everything else was left. */
function guardFrom(stack: ServiceStack, deps: GuardDeps, { dataDir, runtime }: DroneConfig): void {
  if (process.platform === "linux") stack.use(keepGuard(deps, { dataDir, runtime }));
  else deps.log.warn("no guard on this system: backends of a dead drone outlive their lease");
}
