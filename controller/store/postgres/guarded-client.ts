import type { PostgresPoolClient } from "kysely";
import type pg from "pg";
import { connectionGoesOn, translated, wasUndoneForAnother } from "./postgres-errors.ts";

const TRIES = 5;

/** A connection that is lent out, as Kysely uses it: what breaks it ends it. */
export function guarded(client: pg.PoolClient): PostgresPoolClient {
  return new GuardedClient(client) as unknown as PostgresPoolClient;
}

class GuardedClient {
  readonly #client: pg.PoolClient;
  #broken: Error | undefined;
  #inTransaction = false;

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  async query(text: string, values: readonly unknown[]): Promise<pg.QueryResult> {
    if (this.#broken !== undefined) throw this.#broken;
    try {
      return await this.#run(text, [...values]);
    } catch (error) {
      const problem = translated(error);
      if (!connectionGoesOn(error)) this.#broken = problem as Error;
      throw problem;
    }
  }

  release(): void {
    this.#client.release(this.#broken);
  }

  async #run(text: string, values: unknown[]): Promise<pg.QueryResult> {
    if (text === "begin") this.#inTransaction = true;
    if (!this.#inTransaction) return await this.#runAlone(text, values);
    const result = await this.#client.query(text, values);
    if (text === "commit" && result.command === "ROLLBACK") {
      throw new Error("what was to be committed had failed before, and was undone");
    }
    if (text === "commit" || text === "rollback") this.#inTransaction = false;
    return result;
  }

  /** A transaction is its caller's to try again; of one statement nothing else is undone. */
  async #runAlone(text: string, values: unknown[]): Promise<pg.QueryResult> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#client.query(text, values);
      } catch (error) {
        if (tries === TRIES || !wasUndoneForAnother(error)) throw error;
      }
    }
  }
}
