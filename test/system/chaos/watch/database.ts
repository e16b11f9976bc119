import Database from "better-sqlite3";
import pg from "pg";

const CALL_MS = 2_000;

/** Reads the controllers' database behind their backs. */
export interface DatabaseReader {
  /** Rejects while it is away. Parameters are `$1`, `$2`. */
  read(query: string, ...values: number[]): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export function readPostgres(url: string): DatabaseReader {
  const pool = new pg.Pool({
    connectionString: url,
    max: 1,
    connectionTimeoutMillis: CALL_MS,
    query_timeout: CALL_MS,
    statement_timeout: CALL_MS,
  });
  pool.on("error", () => undefined);
  return {
    read: async (query, ...values) => (await pool.query(query, values)).rows,
    close: () => pool.end(),
  };
}

export function readSqlite(file: string): DatabaseReader {
  const database = new Database(file, { readonly: true });
  return {
    read: async (query, ...values) =>
      database.prepare(query.replaceAll(/\$\d/g, "?")).all(...values) as Record<string, unknown>[],
    close: async () => void database.close(),
  };
}
