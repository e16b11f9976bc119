import { VERSION } from "../../src/protocol/version.ts";
import { FigureBook } from "../../src/shared/figures/figure-book.ts";
import { serveFigures } from "../../src/shared/figures/serve-figures.ts";
import type { Log } from "../../src/shared/log.ts";
import type { ServiceStack } from "../../src/shared/service-stack.ts";
import type { DroneConfig } from "../config.ts";
import { type FigureSources, tellDrone } from "./prometheus.ts";

/** Lets people see into the drone, on a listener of its own if one is wanted; gives its port. */
export async function openSight(
  stack: ServiceStack,
  { name, cluster, pool, runtime, figures: place }: DroneConfig,
  { log, book = new FigureBook(), ...sources }: FigureSources & { log: Log; book?: FigureBook },
): Promise<number | undefined> {
  const about = { name, cluster, pool, runtime: runtime.name, version: VERSION };
  book.add((makers) => tellDrone(makers, sources, about));
  return place && stack.use(await serveFigures({ log, book }, place)).port;
}
