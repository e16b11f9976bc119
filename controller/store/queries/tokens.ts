import { sql } from "kysely";
import type { BackendId } from "../../../src/protocol/ids.ts";
import { rank } from "../../../src/protocol/statuses.ts";
import { hashSecret } from "../../hash-secret.ts";
import { type Blanks, prepared } from "../prepared.ts";
import { type Connection, inTransaction, type Session } from "../session.ts";
import type { NewToken } from "../store.ts";

interface TokenRow {
  hash: string;
  id: BackendId;
  user: string | null;
  auth: string;
  secret: string;
  ttlMs: number;
  generation: number;
  traceparent: string | null;
}

const insertRow = prepared(({ db, dialect }, row: Blanks<TokenRow>) =>
  db
    .insertInto("tokens")
    .values({
      hash: row.hash,
      backend_id: row.id,
      username: row.user,
      auth: row.auth,
      secret: row.secret,
      created_at: dialect.now,
      expires_at: sql<number>`${dialect.now} + ${row.ttlMs}`,
      generation: row.generation,
      traceparent: row.traceparent,
    })
    .returning("expires_at"),
);

/** Kept as a hash: who reads the database cannot reach a backend with what stands there. */
export async function insertToken(
  tx: Connection,
  session: Session,
  { id, generation }: { id: BackendId; generation: number },
  { token, auth, traceparent, ...rest }: NewToken,
): Promise<number> {
  const about = { ...rest, hash: hashSecret(token), auth: JSON.stringify(auth) };
  const [row] = await insertRow(session, tx, {
    ...{ id, generation, traceparent: traceparent ?? null },
    ...about,
  });
  if (row === undefined) throw new Error("the token was not written");
  return row.expires_at;
}

const touch = prepared(({ db, dialect }, { id }: Blanks<{ id: BackendId }>) =>
  db
    .updateTable("backends")
    .set({ last_active_at: dialect.now })
    .where("id", "=", id)
    .where("end_asked", "is", null)
    .where("lease_ends_at", "is", null)
    .where("rank", "<", rank("terminating"))
    .returning("token_generation"),
);

/**
 * A connect is activity. One that comes too late admits nobody: the backend is ending, its end was
 * asked for and its drone has only not got to it yet, or its lease will not be renewed.
 */
export async function admit(
  session: Session,
  id: BackendId,
  token: NewToken | null,
): Promise<{ expiresAt: number | null } | undefined> {
  return await inTransaction(session, async (tx) => {
    const [touched] = await touch(session, tx, { id });
    if (touched === undefined) return undefined;
    const of = { id, generation: touched.token_generation };
    return { expiresAt: token && (await insertToken(tx, session, of, token)) };
  });
}
