import type BetterSqlite3 from "better-sqlite3";
import type { CompiledQuery, QueryResult } from "kysely";
import { LRUCache } from "lru-cache";

/** Lists of many lengths make many texts of one query; those in steady use are fewer by far. */
const STATEMENTS_KEPT = 500;

/** Runs statements, and keeps them: Kysely's own driver prepares each anew. */
export class SqliteStatements {
  readonly #database: BetterSqlite3.Database;
  readonly #kept = new LRUCache<string, BetterSqlite3.Statement>({ max: STATEMENTS_KEPT });

  constructor(database: BetterSqlite3.Database) {
    this.#database = database;
  }

  get isInTransaction(): boolean {
    return this.#database.inTransaction;
  }

  run<R>({ sql, parameters }: Pick<CompiledQuery, "sql" | "parameters">): QueryResult<R> {
    const statement = this.#statementOf(sql);
    if (statement.reader) return { rows: statement.all(...parameters) as R[] };
    const { changes } = statement.run(...parameters);
    return { rows: [], numAffectedRows: BigInt(changes) };
  }

  isReadonly(sql: string): boolean {
    return this.#statementOf(sql).readonly;
  }

  close(): void {
    this.#database.close();
  }

  #statementOf(sql: string): BetterSqlite3.Statement {
    const known = this.#kept.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    this.#kept.set(sql, statement);
    return statement;
  }
}
