import { Kysely, PostgresDialect, type PostgresPool } from "kysely";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { kyselyStore } from "./kysely-store.ts";
import { migrate } from "./migrations.ts";
import { PostgresBus } from "./postgres/postgres-bus.ts";
import { postgresDialect } from "./postgres/postgres-dialect.ts";
import { openPool } from "./postgres/postgres-pool.ts";
import { settledEvents } from "./postgres/settled-events.ts";
import type { Store } from "./store.ts";
import type { Tables } from "./tables.ts";

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database` */
  url: string;
  /** How many connections there are at most, besides the one for changes. Default: 10. */
  poolSize?: number;
}

interface PostgresDeps {
  /** For pauses only: times are the database's. */
  clock: Clock;
  log: Log;
}

const DEFAULT_POOL_SIZE = 10;
/** Longer than any statement of a healthy database; a caller waits for no more than a few seconds. */
const STATEMENT_TIMEOUT_MS = 5_000;

/** The store of several controllers. Migrates the database first; later outages of it are waited out. */
export async function openPostgres(deps: PostgresDeps, options: PostgresOptions): Promise<Store> {
  const { url, poolSize = DEFAULT_POOL_SIZE } = options;
  await migratePostgres(deps, url);
  const pool = openPool(deps, { url, size: poolSize, statementTimeoutMs: STATEMENT_TIMEOUT_MS });
  const bus = await PostgresBus.open(deps, url);
  const hurry = (withinMs: number) => pool.hurry(withinMs);
  const db = over(pool);
  return kyselyStore(db, {
    ...{ dialect: postgresDialect, bus, hurry },
    settledEvents: () => settledEvents(db, deps.clock),
  });
}

/** Returns the names of the migrations that were applied. */
export async function migratePostgres({ log }: { log: Log }, url: string): Promise<string[]> {
  const db = over(openPool({ log }, { url, size: 1, statementTimeoutMs: undefined }));
  try {
    return await migrate(db, postgresDialect);
  } finally {
    await db.destroy();
  }
}

function over(pool: PostgresPool): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}
