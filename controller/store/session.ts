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
}

export type Connection = Kysely<Tables> | Transaction<Tables>;
