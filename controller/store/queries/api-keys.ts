import { type RawBuilder, type Selectable, sql } from "kysely";
import type { Scope } from "../../../src/protocol/api-key.ts";
import { KEEP_DEAD_KEYS_MS } from "../../../src/protocol/timings.ts";
import type {
  Actor,
  ApiKeyRecord,
  CredentialIds,
  GoodKey,
  NewApiKey,
  Revocation,
} from "../access-store.ts";
import { type Blanks, prepared } from "../prepared.ts";
import { type Connection, inTransaction, type Session } from "../session.ts";
import { after, type SqlDialect } from "../sql-dialect.ts";
import type { Tables } from "../tables.ts";
import { writeAudit } from "./audit.ts";

/** What `scope` says of a key that older controllers are not to let in: it may be good for less than they think. */
const IN_SCOPES = "see-scopes";

export async function insertApiKey(
  { db, dialect }: Session,
  { id, hash, scope }: { id: string; hash: string; scope: Scope },
): Promise<void> {
  await db
    .insertInto("api_keys")
    .values({ ...UNLIMITED, id, hash, scope, created_at: dialect.now, name: null, scopes: null })
    .onConflict((conflict) => conflict.column("hash").doNothing())
    .execute();
}

const UNLIMITED = {
  namespace: null,
  requests_per_second: null,
  burst: null,
  expires_at: null,
  last_used_at: null,
  revoked_at: null,
};

export function createApiKey(
  session: Session,
  { ttlMs, rateLimit, scopes, ...key }: NewApiKey,
  by?: Actor,
): Promise<ApiKeyRecord> {
  const { dialect } = session;
  return inTransaction(session, async (tx) => {
    const row = await tx
      .insertInto("api_keys")
      .values({
        ...UNLIMITED,
        ...key,
        ...rateLimit,
        scope: IN_SCOPES,
        scopes: JSON.stringify(scopes),
        created_at: dialect.now,
        expires_at: ttlMs === null ? null : after(dialect, ttlMs),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await writeAudit(tx, session, by, {
      action: "api-key.create",
      target: key.id,
      namespace: key.namespace,
      details: { name: key.name, scopes, expires_at: row.expires_at },
    });
    return toRecord(row);
  });
}

export async function listApiKeys({ db }: Session): Promise<ApiKeyRecord[]> {
  const rows = await db
    .selectFrom("api_keys")
    .selectAll()
    .where("revoked_at", "is", null)
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  return rows.map(toRecord);
}

function toRecord(row: Selectable<Tables["api_keys"]>): ApiKeyRecord {
  const { id, created_at: createdAt, expires_at: expiresAt, last_used_at: lastUsedAt } = row;
  return { id, ...rightsOf(row), createdAt, expiresAt, lastUsedAt };
}

type RightsColumns = Pick<
  Selectable<Tables["api_keys"]>,
  "id" | "scope" | "name" | "scopes" | "namespace" | "requests_per_second" | "burst"
>;

function rightsOf(row: RightsColumns) {
  const { requests_per_second, burst } = row;
  return {
    name: row.name ?? row.id,
    scopes: row.scopes === null ? [row.scope as Scope] : (JSON.parse(row.scopes) as Scope[]),
    namespace: row.namespace,
    rateLimit: requests_per_second && burst ? { requests_per_second, burst } : null,
  };
}

/** Neither revoked nor expired. */
export function isGood({ now }: SqlDialect): RawBuilder<boolean> {
  return sql`(api_keys.revoked_at is null
    and (api_keys.expires_at is null or api_keys.expires_at > ${now}))`;
}

export const KEY_COLUMNS = [
  "api_keys.id",
  "api_keys.scope",
  "api_keys.name",
  "api_keys.scopes",
  "api_keys.namespace",
  "api_keys.requests_per_second",
  "api_keys.burst",
] as const;

export function expiresIn({ now }: SqlDialect) {
  return sql<number | null>`api_keys.expires_at - ${now}`.as("key_expires_in");
}

export function toGoodKey(row: RightsColumns & { key_expires_in: number | null }): GoodKey {
  return { id: row.id, ...rightsOf(row), expiresInMs: row.key_expires_in };
}

const selectByHash = prepared(({ db, dialect }, { hash }: Blanks<{ hash: string }>) =>
  db
    .selectFrom("api_keys")
    .select(KEY_COLUMNS)
    .select(expiresIn(dialect))
    .where("hash", "=", hash)
    .where(isGood(dialect)),
);

export async function findApiKey(session: Session, hash: string): Promise<GoodKey | undefined> {
  const [row] = await selectByHash(session, session.db, { hash });
  return row && toGoodKey(row);
}

export async function stillGood(
  { db, dialect }: Session,
  { keyIds, sessionHashes }: CredentialIds,
): Promise<CredentialIds> {
  const keys = keyIds.length === 0 ? [] : await goodKeys(db, dialect, keyIds);
  if (sessionHashes.length === 0) return { keyIds: keys, sessionHashes: [] };
  const sessions = await db
    .selectFrom("sessions")
    .innerJoin("api_keys", "api_keys.id", "sessions.key_id")
    .select("sessions.hash")
    .where("sessions.hash", "in", sessionHashes)
    .where("sessions.expires_at", ">", dialect.now)
    .where(isGood(dialect))
    .execute();
  return { keyIds: keys, sessionHashes: sessions.map(({ hash }) => hash) };
}

async function goodKeys(db: Connection, dialect: SqlDialect, ids: readonly string[]) {
  const rows = await db
    .selectFrom("api_keys")
    .select("id")
    .where("id", "in", ids)
    .where(isGood(dialect))
    .execute();
  return rows.map(({ id }) => id);
}

export async function touchApiKeys(
  { db, dialect }: Session,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await db
    .updateTable("api_keys")
    .set({ last_used_at: dialect.now })
    .where("id", "in", ids)
    .execute();
}

export async function revokeApiKey(
  session: Session,
  id: string,
  force: boolean,
  by?: Actor,
): Promise<Revocation> {
  const outcome = await inTransaction(session, (tx) => revoke(tx, session, { id, force, by }));
  if (outcome === "revoked") session.announce({ kind: "api-key", id });
  return outcome;
}

/** A key that is good for everything, and for ever. */
const IS_MASTER = sql<boolean>`(namespace is null and revoked_at is null and expires_at is null
  and (scopes like '%"admin"%' or (scopes is null and scope = 'admin')))`;

async function revoke(
  tx: Connection,
  session: Session,
  { id, force, by }: { id: string; force: boolean; by: Actor | undefined },
): Promise<Revocation> {
  const { dialect } = session;
  // Two that revoke each other's key at once must not both find that one is left.
  const masters = tx.selectFrom("api_keys").select("id").where(IS_MASTER).orderBy("id");
  const left = (await (dialect.locksRows ? masters.forUpdate() : masters).execute()).map(
    (row) => row.id,
  );
  if (!force && left.length === 1 && left[0] === id) return "last-admin-key";
  const row = await tx
    .updateTable("api_keys")
    .set({ revoked_at: dialect.now })
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .returning(["namespace", "name"])
    .executeTakeFirst();
  if (row === undefined) return "not-found";
  await tx.deleteFrom("sessions").where("key_id", "=", id).execute();
  await writeAudit(tx, session, by, {
    action: "api-key.revoke",
    target: id,
    namespace: row.namespace,
    details: { name: row.name ?? id },
  });
  return "revoked";
}

/** But those of first starts: the files of a machine that was away for long must not bring one back. */
export async function forgetDeadKeys({ db, dialect }: Session): Promise<void> {
  const longAgo = sql`${dialect.now} - ${KEEP_DEAD_KEYS_MS}`;
  await db
    .deleteFrom("api_keys")
    .where("scope", "=", IN_SCOPES)
    .where(sql<boolean>`(revoked_at < ${longAgo} or expires_at < ${longAgo})`)
    .execute();
}
