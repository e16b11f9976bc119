import type { Session } from "../session.ts";
import { hashRangeOf, tokenIdOf } from "../token-id.ts";
import type { TokenFilter, TokenRecord } from "../token-store.ts";
import { isNotRevoked } from "./revocations.ts";
import { isOfBackend, type TokenWindow, windowsOfTokens } from "./token-windows.ts";

type Row = { hash: string; username: string | null; created_at: number; expires_at: number };

/** The cursor names the last token that was shown. */
export async function listTokens(
  session: Session,
  filter: TokenFilter,
): Promise<{ tokens: TokenRecord[]; next: string | null }> {
  const after = filter.cursor === undefined ? undefined : parseCursor(filter.cursor);
  const rows: Row[] = [];
  // What expires in the same millisecond as the last one may come behind it.
  for await (const window of windowsOfTokens(session, after && after.expiresAt + 1)) {
    const wanted = filter.limit + 1 - rows.length;
    rows.push(...(await select(session, filter, { window, after, limit: wanted })));
    if (rows.length > filter.limit) break;
  }
  const tokens = rows.slice(0, filter.limit).map(toRecord);
  const last = tokens.at(-1);
  const more = rows.length > filter.limit && last !== undefined;
  return { tokens, next: more ? `${last.expiresAt}.${last.id}` : null };
}

interface Part {
  window: TokenWindow;
  after: Cursor | undefined;
  limit: number;
}

async function select(
  { db, dialect }: Session,
  { backendId, user }: TokenFilter,
  { window, after, limit }: Part,
): Promise<Row[]> {
  let query = db
    .selectFrom("tokens")
    .select(["hash", "username", "created_at", "expires_at"])
    .where(isOfBackend(backendId, window))
    .where("expires_at", ">", dialect.now)
    .where(isNotRevoked);
  if (user !== undefined) query = query.where("username", "=", user);
  if (after !== undefined) {
    query = query.where(({ eb, or }) =>
      or([eb("expires_at", "<", after.expiresAt), eb("hash", "<", after.hash)]),
    );
  }
  return await query.orderBy("expires_at", "desc").orderBy("hash", "desc").limit(limit).execute();
}

interface Cursor {
  expiresAt: number;
  hash: string;
}

function parseCursor(cursor: string): Cursor {
  const [expiresAt = "", id = ""] = cursor.split(".");
  return { expiresAt: Number(expiresAt), hash: hashRangeOf(id).from };
}

function toRecord({ hash, username, created_at, expires_at }: Row): TokenRecord {
  return { id: tokenIdOf(hash), user: username, createdAt: created_at, expiresAt: expires_at };
}
