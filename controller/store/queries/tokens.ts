import { sql } from "kysely";
import { rank } from "../../../src/protocol/backend-state.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";
import { hashSecret } from "../../hash-secret.ts";
import { type Connection, inTransaction, type Session } from "../session.ts";
import { after } from "../sql-dialect.ts";
import type { NewToken } from "../store.ts";

/** Kept as a hash: who reads the database cannot reach a backend with what stands there. */
export async function insertToken(
  tx: Connection,
  { dialect }: Session,
  id: BackendId,
  { token, secret, user, auth, ttlMs }: NewToken,
): Promise<number> {
  const row = await tx
    .insertInto("tokens")
    .values({
      hash: hashSecret(token),
      backend_id: id,
      username: user,
      auth: JSON.stringify(auth),
      secret,
      created_at: dialect.now,
      expires_at: after(dialect, ttlMs),
    })
    .returning("expires_at")
    .executeTakeFirstOrThrow();
  return row.expires_at;
}

/**
 * A connect is activity. One that comes too late admits nobody: the backend is ending, its end was
 * asked for and its drone has only not got to it yet, or its lease will not be renewed.
 */
export async function admit(
  session: Session,
  id: BackendId,
  token: NewToken | null,
): Promise<{ expiresAt: number | null } | undefined> {
  const { now } = session.dialect;
  return await inTransaction(session, async (tx) => {
    const touched = await tx
      .updateTable("backends")
      .set({
        last_active_at: now,
        // Null stays null: what is held up, or has no limit, is not idle.
        idle_due_at: sql<number>`idle_due_at - idle_due_at + ${now} + max_idle_ms`,
      })
      .where("id", "=", id)
      .where("end_asked", "is", null)
      .where("lease_ends_at", "is", null)
      .where("rank", "<", rank("terminating"))
      .returning("id")
      .executeTakeFirst();
    if (touched === undefined) return undefined;
    return { expiresAt: token && (await insertToken(tx, session, id, token)) };
  });
}
