import { setImmediate } from "node:timers/promises";
import type { ExpressionBuilder } from "kysely";
import type { BackendId } from "../../../src/protocol/ids.ts";
import type { Session } from "../session.ts";
import type { Tables } from "../tables.ts";

export interface TokenWindow {
  /** Tokens that expire from then on. */
  from: number;
  /** And before then. */
  below: number;
}

/** Of the index by expiry, read in a few milliseconds, so that nobody waits long for who looks through all. */
const WINDOW = 20_000;

/** Parts all tokens that have not expired, the longest lasting first, into pieces of bearable size. */
export async function* windowsOfTokens(
  { db, dialect }: Session,
  below = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<TokenWindow> {
  let end = below;
  for (;;) {
    const last = await db
      .selectFrom("tokens")
      .select("expires_at")
      .where("expires_at", "<", end)
      .where("expires_at", ">", dialect.now)
      .orderBy("expires_at", "desc")
      .offset(WINDOW)
      .limit(1)
      .executeTakeFirst();
    yield { from: last?.expires_at ?? 0, below: end };
    if (last === undefined) return;
    // SQLite answers within the turn of the event loop, which others wait for.
    await setImmediate();
    end = last.expires_at;
  }
}

/** One backend's. Found in the index alone: SQLite would look every token of the window up otherwise. */
export function isOfBackend(id: BackendId, { from, below }: TokenWindow) {
  return ({ eb, selectFrom }: ExpressionBuilder<Tables, "tokens">) =>
    eb(
      "hash",
      "in",
      selectFrom("tokens as indexed")
        .select("indexed.hash")
        .where("indexed.expires_at", ">=", from)
        .where("indexed.expires_at", "<", below)
        .where("indexed.backend_id", "=", id),
    );
}
