import { CompiledQuery, type QueryResult } from "kysely";
import type { SqliteStatements } from "./sqlite-statements.ts";

// At once for writing: a reader that turns into a writer later may find that it cannot.
const BEGIN = CompiledQuery.raw("begin immediate");
const COMMIT = CompiledQuery.raw("commit");
const ROLLBACK = CompiledQuery.raw("rollback");

/** What is committed together, at the end of the event loop's turn in which its first part began. */
export class CommitGroup {
  readonly #statements: SqliteStatements;
  /** Whether nobody is in the middle of a transaction. */
  readonly #isQuiet: () => boolean;
  #waiters: PromiseWithResolvers<void> | undefined;
  #isDue = false;

  constructor(statements: SqliteStatements, isQuiet: () => boolean) {
    this.#statements = statements;
    this.#isQuiet = isQuiet;
  }

  get isOpen(): boolean {
    return this.#waiters !== undefined;
  }

  /** Settles with the commit of what is open; undefined if nothing is. */
  get done(): Promise<void> | undefined {
    return this.#waiters?.promise;
  }

  open(): void {
    if (this.#waiters !== undefined) return;
    this.#statements.run(BEGIN);
    const waiters = withResolvers();
    // It may be that nobody waits for it.
    waiters.promise.catch(() => undefined);
    this.#waiters = waiters;
    setImmediate(() => {
      if (this.#waiters !== waiters) return;
      this.#isDue = true;
      if (this.#isQuiet()) this.commit();
    });
  }

  run<R>(query: CompiledQuery): QueryResult<R> {
    try {
      return this.#statements.run(query);
    } catch (error) {
      // A full disk, say: all that was to be committed together is undone.
      if (this.isOpen && !this.#statements.isInTransaction) this.#close()?.reject(error);
      throw error;
    }
  }

  commitIfDue(): void {
    if (this.#isDue) this.commit();
  }

  commit(): void {
    const waiters = this.#close();
    if (waiters === undefined) return;
    try {
      this.#statements.run(COMMIT);
      waiters.resolve();
    } catch (error) {
      waiters.reject(error);
      if (this.#statements.isInTransaction) this.#statements.run(ROLLBACK);
    }
  }

  #close(): PromiseWithResolvers<void> | undefined {
    const waiters = this.#waiters;
    this.#waiters = undefined;
    this.#isDue = false;
    return waiters;
  }
}

interface PromiseWithResolvers<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** As Promise.withResolvers of later Nodes. */
function withResolvers(): PromiseWithResolvers<void> {
  let resolve: () => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<void>((onDone, onFailed) => {
    resolve = onDone;
    reject = onFailed;
  });
  return { promise, resolve, reject };
}
