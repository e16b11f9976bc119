import type { Clock } from "../src/shared/clock.ts";
import type { Log } from "../src/shared/log.ts";
import { migrateStore, type StoreChoice } from "./store/open-store.ts";

/**
 * For `hangar migrate`: prepares a database without a controller; returns the names of the migrations
 * that it took. Throws if a newer Hangar has been there.
 */
export function migrateDatabase(
  deps: { clock: Clock; log: Log },
  choice: StoreChoice,
): Promise<string[]> {
  return migrateStore(deps, choice);
}
