import type { Kysely, Transaction } from "kysely";
import type { SqlDialect } from "./sql-dialect.ts";
import type { Change } from "./store.ts";
import type { Tables } from "./tables.ts";

/** What every query works with. */
export interface Session {
  db: Kysely<Tables>;
  dialect: SqlDialect;
  /** Tells the subscribers; only after the commit. */
  announce(change: Change): void;
  /** The last place of the timeline before which nothing can come any more. */
  settledEvents(): Promise<number>;
}

const TRIES = 5;

/** All or nothing. The work is done anew if the database gave it up for another's sake. */
export async function inTransaction<T>(
  { db, dialect }: Session,
  work: (tx: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (tries === TRIES || !dialect.isTransient(error)) throw error;
    }
  }
}

export type Connection = Kysely<Tables> | Transaction<Tables>;
