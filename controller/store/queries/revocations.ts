import { type ExpressionBuilder, type Selectable, sql } from "kysely";
import type { BackendId } from "../../../src/protocol/ids.ts";
import type { Revocation } from "../../../src/protocol/revocation.ts";
import type { Actor } from "../access-store.ts";
import { type Connection, inTransaction, type Session } from "../session.ts";
import type { Tables } from "../tables.ts";
import { hashRangeOf } from "../token-id.ts";
import { writeAudit } from "./audit.ts";
import { isOfBackend, windowsOfTokens } from "./token-windows.ts";

type NewRevocation = Pick<
  Selectable<Tables["revocations"]>,
  "backend_id" | "token_id" | "username" | "generation"
>;

/** How many backends are asked about at a time. */
const BATCH = 500;

export async function revokeToken(
  session: Session,
  id: BackendId,
  tokenId: string,
  by?: Actor,
): Promise<boolean> {
  const { from, below } = hashRangeOf(tokenId);
  const seq = await inTransaction(session, async (tx) => {
    const gone = await tx
      .deleteFrom("tokens")
      .where("hash", ">=", from)
      .where("hash", "<", below)
      .where("backend_id", "=", id)
      .where(isNotRevoked)
      .returning(["username", "generation"])
      .returning(({ selectFrom }) =>
        selectFrom("backends").select("namespace").where("id", "=", id).as("namespace"),
      )
      .executeTakeFirst();
    if (gone === undefined) return undefined;
    const { namespace, ...row } = gone;
    const details = { backend_id: id, user: row.username };
    await writeAudit(tx, session, by, {
      ...{ action: "token.revoke", target: tokenId, namespace, details },
    });
    return await insertRevocation(tx, session, { backend_id: id, token_id: tokenId, ...row });
  });
  if (seq === undefined) return false;
  session.announce({ kind: "revocation", seq });
  return true;
}

export async function revokeTokens(
  session: Session,
  id: BackendId,
  user: string | null,
  by?: Actor,
): Promise<number | undefined> {
  const revoked = await inTransaction(session, (tx) =>
    endGeneration(tx, session, id, { user, by }),
  );
  if (revoked === undefined) return undefined;
  session.announce({ kind: "revocation", seq: revoked.seq });
  return await deleteRevoked(session, id, user, revoked.generation);
}

/** Of a connect at the same time: it has written its token before, or waits for the row and mints a later one. */
async function endGeneration(
  tx: Connection,
  session: Session,
  id: BackendId,
  { user, by }: { user: string | null; by: Actor | undefined },
): Promise<{ seq: number; generation: number } | undefined> {
  const next = await tx
    .updateTable("backends")
    .set(({ eb }) => ({ token_generation: eb("token_generation", "+", 1) }))
    .where("id", "=", id)
    .returning(["token_generation", "namespace"])
    .executeTakeFirst();
  if (next === undefined) return undefined;
  const generation = next.token_generation - 1;
  const about = { action: "token.revoke", target: id, namespace: next.namespace } as const;
  await writeAudit(tx, session, by, { ...about, details: user === null ? {} : { user } });
  // What came before it ends no more than this one does.
  await tx
    .deleteFrom("revocations")
    .where("backend_id", "=", id)
    .$if(user !== null, (query) => query.where("username", "=", user))
    .execute();
  const row = { backend_id: id, token_id: null, username: user, generation };
  return { seq: await insertRevocation(tx, session, row), generation };
}

async function insertRevocation(
  tx: Connection,
  { dialect }: Session,
  revocation: NewRevocation,
): Promise<number> {
  const { seq } = await tx
    .insertInto("revocations")
    .values({ ...revocation, revoked_at: dialect.now })
    .returning("seq")
    .executeTakeFirstOrThrow();
  return seq;
}

/** They are void already. With them go the secrets that stand beside them. Returns how many it were. */
async function deleteRevoked(
  session: Session,
  id: BackendId,
  user: string | null,
  generation: number,
): Promise<number> {
  let revoked = 0;
  for await (const window of windowsOfTokens(session)) {
    const gone = await session.db
      .deleteFrom("tokens")
      .where(isOfBackend(id, window))
      .where("generation", "<=", generation)
      .$if(user !== null, (query) => query.where("username", "=", user))
      .returning("hash")
      .execute();
    revoked += gone.length;
  }
  return revoked;
}

/** Of a token's row: it may stand there for a while after it was revoked. */
export function isNotRevoked({ not, exists, selectFrom }: ExpressionBuilder<Tables, "tokens">) {
  const revoking = selectFrom("revocations")
    .select(sql`1`.as("one"))
    .whereRef("revocations.backend_id", "=", "tokens.backend_id")
    .where("revocations.token_id", "is", null)
    .whereRef("revocations.generation", ">=", "tokens.generation")
    .where(({ eb, or, ref }) =>
      or([
        eb("revocations.username", "is", null),
        eb("revocations.username", "=", ref("tokens.username")),
      ]),
    );
  return not(exists(revoking));
}

export async function revocation({ db }: Session, seq: number): Promise<Revocation | undefined> {
  const row = await db
    .selectFrom("revocations")
    .selectAll()
    .where("seq", "=", seq)
    .executeTakeFirst();
  return row && toRevocation(row);
}

export async function revocationsOf(
  { db }: Session,
  ids: readonly BackendId[],
): Promise<Revocation[]> {
  const found: Revocation[] = [];
  for (let at = 0; at < ids.length; at += BATCH) {
    const rows = await db
      .selectFrom("revocations")
      .selectAll()
      .where("backend_id", "in", ids.slice(at, at + BATCH))
      .orderBy("seq")
      .execute();
    found.push(...rows.map(toRevocation));
  }
  return found;
}

function toRevocation(row: NewRevocation): Revocation {
  const { backend_id, token_id, username, generation } = row;
  return {
    backend_id,
    generation,
    ...(token_id === null ? {} : { token_id }),
    ...(username === null ? {} : { user: username }),
  };
}
