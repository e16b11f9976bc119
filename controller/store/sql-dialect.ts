import { type Expression, type RawBuilder, sql } from "kysely";

/** The few things that the databases do not spell alike. */
export interface SqlDialect {
  /** What the tables stand on; run before they are made. */
  prelude: readonly string[];
  /** Empties the files of what was deleted. */
  reclaim: RawBuilder<unknown>;
  /** The database's own clock, epoch ms. */
  now: RawBuilder<number>;
  /** The text at a path of a JSON column, or null. */
  jsonText(column: string, path: readonly string[]): RawBuilder<string | null>;
  /** The larger of two numbers, neither of them null. */
  greatest(a: Expression<number>, b: Expression<number>): RawBuilder<number>;
  /** The type of a numeric primary key that counts up by itself. */
  autoIncrement: string;
  /** Said of a table whose rows are to stand in the index of their primary key, a text. */
  keyedByText: string;
  /** Has a text column compared by its bytes, in whatever order the database sorts other texts. */
  comparedByBytes(table: string, column: string): string[];
  /** Whether a unique index refused a row because of this column, named `table.column`. */
  isUniqueViolation(error: unknown, column: string): boolean;
  /** Whether readers must lock the rows that they are about to decide on; else writers take turns anyway. */
  locksRows: boolean;
  /** Whether the database gave up a transaction that may well succeed if it is tried again. */
  isTransient(error: unknown): boolean;
}

/** A moment so many milliseconds from now, or before it, by the database's clock. */
export function after({ now }: SqlDialect, ms: number): RawBuilder<number> {
  return sql<number>`${now} + ${ms}`;
}
