import { join } from "node:path";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { migratePostgres, openPostgres } from "./open-postgres.ts";
import { migrateSqlite, openSqlite } from "./open-sqlite.ts";
import type { Store } from "./store.ts";

export interface StoreChoice {
  dataDir: string;
  /** `postgres://…`. Default: an SQLite file in the data dir. */
  database?: string;
}

interface StoreDeps {
  clock: Clock;
  log: Log;
}

export function openStore(deps: StoreDeps, { dataDir, database }: StoreChoice): Promise<Store> {
  return database === undefined
    ? openSqlite(fileIn(dataDir), deps.clock)
    : openPostgres(deps, { url: database });
}

/** Returns the names of the migrations that were applied. */
export function migrateStore(
  deps: StoreDeps,
  { dataDir, database }: StoreChoice,
): Promise<string[]> {
  return database === undefined
    ? migrateSqlite(fileIn(dataDir), deps.clock)
    : migratePostgres(deps, database);
}

function fileIn(dataDir: string): string {
  return join(dataDir, "hangar.db");
}
