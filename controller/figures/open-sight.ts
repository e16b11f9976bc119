import { VERSION } from "../../src/protocol/version.ts";
import type { Clock } from "../../src/shared/clock.ts";
import { count } from "../../src/shared/figures/count.ts";
import type { FigureBook } from "../../src/shared/figures/figure-book.ts";
import { serveFigures } from "../../src/shared/figures/serve-figures.ts";
import type { Log } from "../../src/shared/log.ts";
import type { ServiceStack } from "../../src/shared/service-stack.ts";
import type { ControllerConfig } from "../config.ts";
import type { Store } from "../store/store.ts";
import { ClusterView } from "./cluster-view.ts";
import { type FigureSources, tellController } from "./prometheus.ts";

interface SightDeps extends Omit<FigureSources, "view"> {
  store: Store;
  clock: Clock;
  log: Log;
  book: FigureBook;
}

/** Lets people see into the controller, on a listener of its own if one is wanted; gives its port. */
export async function openSight(
  stack: ServiceStack,
  { cluster, figures: place }: Pick<ControllerConfig, "cluster" | "figures">,
  { store, log, book, ...sources }: SightDeps,
): Promise<number | undefined> {
  const { figures } = sources;
  const stopListening = store.subscribe(({ kind }) => count(figures.changes, kind));
  stack.defer(stopListening);
  const view = new ClusterView({ ...sources, store });
  book.add((makers) => tellController(makers, { ...sources, view }, { cluster, version: VERSION }));
  return place && stack.use(await serveFigures({ log, book }, place)).port;
}
