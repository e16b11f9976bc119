import { sql } from "kysely";
import type { Actor, GoodSession, NewSession } from "../access-store.ts";
import { type Blanks, prepared } from "../prepared.ts";
import { inTransaction, type Session } from "../session.ts";
import { after } from "../sql-dialect.ts";
import { expiresIn, isGood, KEY_COLUMNS, toGoodKey } from "./api-keys.ts";
import { writeAudit } from "./audit.ts";

export function openSession(
  session: Session,
  { hash, keyId, ttlMs }: NewSession,
  by?: Actor,
): Promise<{ expiresAt: number } | undefined> {
  const { dialect } = session;
  return inTransaction(session, async (tx) => {
    const good = tx.selectFrom("api_keys").select(["id", "namespace"]).where("id", "=", keyId);
    // Locked, so that a revocation that comes at the same time finds this session to end.
    const key = await (dialect.locksRows ? good.forUpdate() : good)
      .where(isGood(dialect))
      .executeTakeFirst();
    if (key === undefined) return undefined;
    const row = await tx
      .insertInto("sessions")
      .values({
        hash,
        key_id: keyId,
        created_at: dialect.now,
        expires_at: after(dialect, ttlMs),
      })
      .returning("expires_at")
      .executeTakeFirstOrThrow();
    const { namespace } = key;
    await writeAudit(tx, session, by, { action: "session.open", target: keyId, namespace });
    return { expiresAt: row.expires_at };
  });
}

const selectSession = prepared(({ db, dialect }, { hash }: Blanks<{ hash: string }>) =>
  db
    .selectFrom("sessions")
    .innerJoin("api_keys", "api_keys.id", "sessions.key_id")
    .select(KEY_COLUMNS)
    .select(expiresIn(dialect))
    .select("sessions.expires_at")
    .select(sql<number>`sessions.expires_at - ${dialect.now}`.as("expires_in"))
    .where("sessions.hash", "=", hash)
    .where("sessions.expires_at", ">", dialect.now)
    .where(isGood(dialect)),
);

export async function findSession(
  session: Session,
  hash: string,
): Promise<GoodSession | undefined> {
  const [row] = await selectSession(session, session.db, { hash });
  if (row === undefined) return undefined;
  const key = toGoodKey(row);
  const expiresInMs = Math.min(row.expires_in, key.expiresInMs ?? Number.POSITIVE_INFINITY);
  return { key, expiresAt: row.expires_at, expiresInMs };
}

export async function closeSession(session: Session, hash: string, by?: Actor): Promise<boolean> {
  const keyId = await inTransaction(session, async (tx) => {
    const row = await tx
      .deleteFrom("sessions")
      .where("hash", "=", hash)
      .returning("key_id")
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const about = { action: "session.close", target: row.key_id, namespace: null } as const;
    await writeAudit(tx, session, by, about);
    return row.key_id;
  });
  if (keyId !== undefined) session.announce({ kind: "api-key", id: keyId });
  return keyId !== undefined;
}
