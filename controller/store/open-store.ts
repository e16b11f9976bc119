import { join } from "node:path";
import { Backoff } from "../../src/shared/backoff.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { isDatabaseAway } from "./database-away.ts";
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

const RETRY = { firstMs: 250, factor: 1.7, capMs: 5_000 };

/** Waits for a database that is away: a machine starts its parts in any order. */
export async function openStorePatiently(
  deps: { clock: Clock; log: Log; stop?: AbortSignal },
  choice: StoreChoice,
): Promise<Store> {
  const backoff = new Backoff(RETRY);
  for (;;) {
    try {
      return await openStore(deps, choice);
    } catch (error) {
      if (choice.database === undefined || !isDatabaseAway(error)) throw error;
      const retryMs = Math.round(backoff.nextMs());
      const problem = error instanceof Error ? error.message : String(error);
      deps.log.warn({ problem, retryMs }, "cannot open the database yet");
      await deps.clock.sleep(retryMs, deps.stop);
    }
  }
}

function openStore(deps: StoreDeps, { dataDir, database }: StoreChoice): Promise<Store> {
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
