import { sql } from "kysely";
import type { SqlDialect } from "./sql-dialect.ts";

export const sqliteDialect: SqlDialect = {
  prelude: [],
  reclaim: sql`pragma wal_checkpoint(truncate)`,
  // Registered by openSqlite, so that a test's clock moves the database's.
  now: sql<number>`now_ms()`,
  jsonText: (column, path) =>
    sql`json_extract(${sql.ref(column)}, ${["$", ...path.map((key) => JSON.stringify(key))].join(".")})`,
  greatest: (a, b) => sql`max(${a}, ${b})`,
  autoIncrement: "integer primary key autoincrement",
  keyedByText: "without rowid",
  // As all texts are.
  comparedByBytes: () => [],
  isUniqueViolation: (error, column) =>
    error instanceof Error &&
    "code" in error &&
    error.code === "SQLITE_CONSTRAINT_UNIQUE" &&
    error.message.includes(column),
  locksRows: false,
  isTransient: () => false,
};
