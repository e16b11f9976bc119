import { join } from "node:path";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { openPostgres } from "./open-postgres.ts";
import { openSqlite } from "./open-sqlite.ts";
import type { Store } from "./store.ts";

export interface StoreChoice {
  dataDir: string;
  /** `postgres://…`. Default: an SQLite file in the data dir. */
  database?: string;
}

export function openStore(
  deps: { clock: Clock; log: Log },
  { dataDir, database }: StoreChoice,
): Promise<Store> {
  return database === undefined
    ? openSqlite(join(dataDir, "hangar.db"), deps.clock)
    : openPostgres(deps, { url: database });
}
