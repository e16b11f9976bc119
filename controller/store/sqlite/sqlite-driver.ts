import type BetterSqlite3 from "better-sqlite3";
import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from "kysely";
import { CommitGroup } from "./commit-group.ts";
import { SqliteStatements } from "./sqlite-statements.ts";

const SAVEPOINT = CompiledQuery.raw("savepoint one");
const RELEASE = CompiledQuery.raw("release one");
const ROLLBACK = CompiledQuery.raw("rollback to one");

/** These do not work, or not as meant, within a transaction. */
const STANDS_ALONE = /^\s*(pragma|vacuum)\b/i;

/**
 * One connection, which goes to who has waited longest. What ends in the same turn of the event loop
 * is committed as one: a commit costs more than what stands in it. Each transaction is a savepoint, so
 * it can still be undone alone, and nobody hears of anything before it is committed.
 */
export class SqliteDriver implements Driver {
  readonly #statements: SqliteStatements;
  readonly #group: CommitGroup;
  readonly #waiting: (() => void)[] = [];
  #isTaken = false;

  constructor(database: BetterSqlite3.Database) {
    this.#statements = new SqliteStatements(database);
    this.#group = new CommitGroup(this.#statements, () => !this.#isTaken);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    await this.#take();
    return new Turn((turn, query) => this.#execute(turn, query));
  }

  async releaseConnection(turn: Turn): Promise<void> {
    if (!turn.isOver) this.#handOn(turn);
    await turn.committed;
  }

  async beginTransaction(turn: Turn): Promise<void> {
    if (turn.isOver) await this.#takeAgain(turn);
    this.#group.open();
    this.#group.run(SAVEPOINT);
    turn.isInTransaction = true;
  }

  /** Others have their turn while this one waits to be committed with them. */
  async commitTransaction(turn: Turn): Promise<void> {
    this.#group.run(RELEASE);
    this.#end(turn);
    this.#handOn(turn);
    await turn.committed;
  }

  async rollbackTransaction(turn: Turn): Promise<void> {
    // Its commit has failed, and it was undone with all that was committed together.
    if (!turn.isInTransaction) return;
    // The database itself undoes everything where it can do nothing else.
    if (this.#group.isOpen) {
      this.#group.run(ROLLBACK);
      this.#group.run(RELEASE);
    }
    this.#end(turn);
  }

  /** Whoever is in the middle of a transaction ends it first: a commit would keep half of it. */
  async destroy(): Promise<void> {
    await this.#take();
    this.#group.commit();
    this.#statements.close();
  }

  async #execute<R>(turn: Turn, query: CompiledQuery): Promise<QueryResult<R>> {
    if (turn.isInTransaction) return this.#runWithin(query);
    if (turn.isOver) await this.#takeAgain(turn);
    if (STANDS_ALONE.test(query.sql)) this.#group.commit();
    else if (!this.#statements.isReadonly(query.sql)) this.#group.open();
    const result = this.#group.run<R>(query);
    // What a reader has seen of others must stand for good, too.
    turn.committed = this.#group.done;
    return result;
  }

  #runWithin<R>(query: CompiledQuery): QueryResult<R> {
    if (!this.#group.isOpen) throw new Error("the database has undone the transaction");
    return this.#group.run(query);
  }

  #end(turn: Turn): void {
    turn.isInTransaction = false;
    turn.committed = this.#group.done;
  }

  async #take(): Promise<void> {
    if (this.#isTaken) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#isTaken = true;
  }

  async #takeAgain(turn: Turn): Promise<void> {
    await this.#take();
    turn.isOver = false;
  }

  #handOn(turn: Turn): void {
    turn.isOver = true;
    this.#group.commitIfDue();
    const next = this.#waiting.shift();
    // Handed on as taken: nobody who comes later gets in between.
    if (next === undefined) this.#isTaken = false;
    else next();
  }
}

/** The connection, for as long as one caller has it. */
class Turn implements DatabaseConnection {
  readonly #execute: (turn: Turn, query: CompiledQuery) => Promise<QueryResult<unknown>>;
  isInTransaction = false;
  isOver = false;
  /** Once what was done and seen stands for good. */
  committed: Promise<void> | undefined;

  constructor(execute: (turn: Turn, query: CompiledQuery) => Promise<QueryResult<unknown>>) {
    this.#execute = execute;
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.#execute(this, query) as Promise<QueryResult<R>>;
  }

  // biome-ignore lint/correctness/useYield: no query of ours is read row by row.
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("rows are not streamed");
  }
}
