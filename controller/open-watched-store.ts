import { VERSION } from "../src/protocol/version.ts";
import type { Clock } from "../src/shared/clock.ts";
import type { Log } from "../src/shared/log.ts";
import type { ServiceStack } from "../src/shared/service-stack.ts";
import { openTracing } from "../src/shared/tracing/open-tracing.ts";
import type { Tracing } from "../src/shared/tracing/tracing.ts";
import type { ControllerConfig } from "./config.ts";
import { Figures } from "./figures/figures.ts";
import { watchStore } from "./figures/watch-store.ts";
import { openStorePatiently } from "./store/open-store.ts";
import type { Store } from "./store/store.ts";
import { traceSpawns } from "./tracing/trace-spawns.ts";

interface WatchedStore {
  /** Counts what it is asked, and tells of spawns that are traced. */
  store: Store;
  figures: Figures;
  /** Undefined unless somebody wants traces. */
  tracing: Tracing | undefined;
}

/** The store, and what sees what goes on in it. A database that is away is waited for until `stop`. */
export async function openWatchedStore(
  stack: ServiceStack,
  deps: { clock: Clock; log: Log; stop?: AbortSignal },
  config: ControllerConfig,
  instance: string,
): Promise<WatchedStore> {
  const about = { service: "hangar-controller", instance, version: VERSION };
  const tracing = await openTracing(deps, config.tracing, about);
  if (tracing !== undefined) stack.use(tracing);
  const opened = stack.use(await openStorePatiently(deps, config));
  const { clock } = deps;
  const figures = new Figures();
  const watched = watchStore(opened, figures, clock);
  const store = tracing === undefined ? watched : traceSpawns(watched, { tracing, clock });
  return { store, figures, tracing };
}
