import { sql } from "kysely";
import pg from "pg";
import type { SqlDialect } from "../sql-dialect.ts";
import { wasUndoneForAnother } from "./postgres-errors.ts";

const UNIQUE_VIOLATION = "23505";

export const postgresDialect: SqlDialect = {
  prelude: [
    // Stable, so that an index can be searched with it; yet the wall clock, not the transaction's start.
    `create function now_ms() returns bigint language plpgsql stable parallel safe cost 1
      as 'begin return extract(epoch from clock_timestamp()) * 1000; end'`,
  ],
  // Autovacuum does it.
  reclaim: sql`select 1`,
  now: sql<number>`now_ms()`,
  jsonText: (column, path) =>
    sql`(cast(${sql.ref(column)} as jsonb) #>> cast(${sql.val([...path])} as text[]))`,
  greatest: (a, b) => sql`greatest(${a}, ${b})`,
  autoIncrement: "bigint primary key generated always as identity",
  keyedByText: "",
  comparedByBytes: (table, column) => [
    `alter table ${table} alter column ${column} type text collate "C"`,
  ],
  isUniqueViolation: (error, column) =>
    error instanceof pg.DatabaseError &&
    error.code === UNIQUE_VIOLATION &&
    columnsOf(error).includes(column),
  locksRows: true,
  isTransient: wasUndoneForAnother,
};

/** Of the index that refused a row: `Key (cluster, subdomain)=(…) already exists.` */
function columnsOf({ table, detail }: pg.DatabaseError): string[] {
  const [, columns = ""] = /\(([^)]*)\)=/.exec(detail ?? "") ?? [];
  return columns.split(", ").map((column) => `${table}.${column}`);
}
