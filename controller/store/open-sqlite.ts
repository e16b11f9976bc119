import { chmodSync, closeSync, openSync } from "node:fs";
import Database from "better-sqlite3";
import { Kysely } from "kysely";
import type { Clock } from "../../src/shared/clock.ts";
import { localBus } from "./change-bus.ts";
import { kyselyStore } from "./kysely-store.ts";
import { migrate } from "./migrations.ts";
import { lastEvent } from "./queries/events.ts";
import { kyselySqlite } from "./sqlite/kysely-dialect.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";
import type { Store } from "./store.ts";
import type { Tables } from "./tables.ts";

/** Of 4 KiB each: the log grows to about 64 MB between two checkpoints. */
const WAL_PAGES = 16_000;
const CACHE_KIB = 65_536;

/** The one-box store: one file, nothing to install. The clock is the database's, as SQL sees it. */
export async function openSqlite(path: string, clock: Clock): Promise<Store> {
  const db = openFile(path, clock);
  try {
    await migrate(db, sqliteDialect);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  // It is in this process, and takes no longer for who is in a hurry.
  return kyselyStore(db, {
    dialect: sqliteDialect,
    bus: localBus(),
    hurry: () => undefined,
    // One writes after the other, and who reads waits for the commit of what was read.
    settledEvents: () => lastEvent({ db }),
  });
}

/** Makes the file if it is not there; returns the names of the migrations that were applied. */
export async function migrateSqlite(path: string, clock: Clock): Promise<string[]> {
  const db = openFile(path, clock);
  try {
    return await migrate(db, sqliteDialect);
  } finally {
    await db.destroy();
  }
}

function openFile(path: string, clock: Clock): Kysely<Tables> {
  // It holds tokens' secrets and, until a drone has taken them, environments and credentials. SQLite
  // gives its side files the mode of the main file, which so has to be there first.
  if (path !== ":memory:") {
    closeSync(openSync(path, "a", 0o600));
    chmodSync(path, 0o600);
  }
  const database = new Database(path);
  database.pragma("journal_mode = WAL");
  // A killed process loses nothing at NORMAL; only a machine that loses power can lose the last moment.
  database.pragma("synchronous = NORMAL");
  database.pragma("busy_timeout = 5000");
  // What a savepoint could undo would go to a file, and where all is read-only there is no place for it.
  database.pragma("temp_store = MEMORY");
  // A checkpoint waits for the disk, and everybody for it: rarer ones write a page once for many commits.
  database.pragma(`wal_autocheckpoint = ${WAL_PAGES}`);
  database.pragma(`cache_size = -${CACHE_KIB}`);
  // What a drone has taken over, secrets among it, is overwritten and not only let go of.
  database.pragma("secure_delete = ON");
  database.function("now_ms", { deterministic: false }, () => Math.round(clock.now()));
  return new Kysely<Tables>({ dialect: kyselySqlite(database) });
}
