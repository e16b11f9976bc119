import { isEnding } from "../../../src/protocol/backend-state.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";
import { hashSecret } from "../../hash-secret.ts";
import type { Connection, Session } from "../session.ts";
import { after } from "../sql-dialect.ts";
import type { NewToken } from "../store.ts";

export async function tidy({ db, dialect }: Session): Promise<void> {
  await db.deleteFrom("tokens").where("expires_at", "<", dialect.now).execute();
  await dialect.reclaim.execute(db);
}

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
 * A connect is activity. One that comes too late admits nobody: the backend is ending, or its end was
 * asked for and its drone has only not got to it yet.
 */
export async function admit(
  session: Session,
  id: BackendId,
  token: NewToken | null,
): Promise<{ expiresAt: number | null } | undefined> {
  return await session.db.transaction().execute(async (tx) => {
    const touched = await tx
      .updateTable("backends")
      .set({ last_active_at: session.dialect.now })
      .where("id", "=", id)
      .where(({ exists, not, selectFrom }) =>
        not(
          exists(
            selectFrom("actions")
              .select("actions.id")
              .whereRef("actions.backend_id", "=", "backends.id")
              .where("actions.verb", "<>", "spawn"),
          ),
        ),
      )
      .returning("status")
      .executeTakeFirst();
    if (touched === undefined || isEnding(touched.status)) return undefined;
    return { expiresAt: token && (await insertToken(tx, session, id, token)) };
  });
}
