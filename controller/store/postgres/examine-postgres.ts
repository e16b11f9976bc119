import { Kysely, PostgresDialect, sql } from "kysely";
import type { Log } from "../../../src/shared/log.ts";
import type { PostgresFacts } from "../database-facts.ts";
import { pendingMigrations } from "../migrations.ts";
import type { Tables } from "../tables.ts";
import { postgresDialect } from "./postgres-dialect.ts";
import { openPool } from "./postgres-pool.ts";

const STATEMENT_TIMEOUT_MS = 3_000;

/** Reads only. Throws if it cannot be reached, or belongs to a newer Hangar. */
export async function examinePostgres(deps: { log: Log }, url: string): Promise<PostgresFacts> {
  const pool = openPool(deps, { url, size: 1, statementTimeoutMs: STATEMENT_TIMEOUT_MS });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const ask = async <T>(query: ReturnType<typeof sql<{ answer: T }>>) => {
    const { rows } = await query.execute(db);
    return rows[0]?.answer as T;
  };
  try {
    return {
      version: await ask(
        sql<{ answer: string }>`select current_setting('server_version') as answer`,
      ),
      pending: await pendingMigrations(db, postgresDialect),
      now: () =>
        ask(sql<{ answer: number }>`select extract(epoch from clock_timestamp()) * 1000 as answer`),
      [Symbol.asyncDispose]: () => db.destroy(),
    };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}
