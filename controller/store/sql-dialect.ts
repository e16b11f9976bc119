import { type Expression, type RawBuilder, sql } from "kysely";

/** The few things that the databases do not spell alike. */
export interface SqlDialect {
  /** Empties the files of what was deleted. */
  reclaim: RawBuilder<unknown>;
  /** The database's own clock, epoch ms. */
  now: RawBuilder<number>;
  /** The text at a path of a JSON column, or null. */
  jsonText(column: string, path: readonly string[]): RawBuilder<string | null>;
  /** The larger of two numbers. */
  greatest(a: Expression<number>, b: Expression<number>): RawBuilder<number>;
  /** The type of a numeric primary key that counts up by itself. */
  autoIncrement: string;
  /** Whether a unique index refused a row because of this column, named `table.column`. */
  isUniqueViolation(error: unknown, column: string): boolean;
}

export const sqliteDialect: SqlDialect = {
  reclaim: sql`pragma wal_checkpoint(truncate)`,
  // Registered by openSqlite, so that a test's clock moves the database's.
  now: sql<number>`now_ms()`,
  jsonText: (column, path) =>
    sql`json_extract(${sql.ref(column)}, ${["$", ...path.map((key) => JSON.stringify(key))].join(".")})`,
  greatest: (a, b) => sql`max(${a}, ${b})`,
  autoIncrement: "integer primary key autoincrement",
  isUniqueViolation: (error, column) =>
    error instanceof Error &&
    "code" in error &&
    error.code === "SQLITE_CONSTRAINT_UNIQUE" &&
    error.message.includes(column),
};

/** A moment so many milliseconds from now, or before it, by the database's clock. */
export function after({ now }: SqlDialect, ms: number): RawBuilder<number> {
  return sql<number>`${now} + ${ms}`;
}
