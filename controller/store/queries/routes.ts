import { sql } from "kysely";
import { isBackendId } from "../../../src/protocol/ids.ts";
import { hashSecret } from "../../hash-secret.ts";
import { toBackendRecord } from "../records.ts";
import type { Session } from "../session.ts";
import type { BackendRecord, RouteAnswer, RouteQuery } from "../store.ts";
import { tokenIdOf } from "../token-id.ts";
import { isNotRevoked } from "./revocations.ts";

export async function resolveRoute(session: Session, query: RouteQuery): Promise<RouteAnswer> {
  const { cluster, label, token } = query;
  return {
    byLabel: label === null ? undefined : await findByLabel(session, cluster, label),
    byToken: token === null ? undefined : await findByToken(session, cluster, token),
  };
}

/** An id is its backend's for ever; a subdomain is its live backend's, else the last one's. */
async function findByLabel(
  { db }: Session,
  cluster: string,
  label: string,
): Promise<BackendRecord | undefined> {
  const query = db.selectFrom("backends").selectAll().where("cluster", "=", cluster);
  const row = isBackendId(label)
    ? await query.where("id", "=", label).executeTakeFirst()
    : await query
        .where("subdomain", "=", label)
        .orderBy(sql`status = 'terminated'`)
        .orderBy("created_at", "desc")
        .executeTakeFirst();
  return row && toBackendRecord(row);
}

/** Who comes later than this is no part of what began with the connect. */
const TRACED_MS = 300_000;

async function findByToken(
  { db, dialect }: Session,
  cluster: string,
  token: string,
): Promise<RouteAnswer["byToken"]> {
  const granted = await db
    .selectFrom("tokens")
    .innerJoin("backends", "backends.id", "tokens.backend_id")
    .selectAll("backends")
    .select(["tokens.hash", "tokens.username", "tokens.auth", "tokens.secret"])
    .select("tokens.generation")
    .select(sql<number>`tokens.expires_at - ${dialect.now}`.as("expires_in"))
    .select(
      sql<string | null>`case when tokens.created_at > ${dialect.now} - ${TRACED_MS}
        then tokens.traceparent end`.as("connect_trace"),
    )
    .where("tokens.hash", "=", hashSecret(token))
    .where("tokens.expires_at", ">", dialect.now)
    .where("backends.cluster", "=", cluster)
    .where(isNotRevoked)
    .executeTakeFirst();
  if (granted !== undefined) {
    const grant = {
      kind: "connection",
      tokenId: tokenIdOf(granted.hash),
      generation: granted.generation,
      expiresInMs: granted.expires_in,
      user: granted.username,
      auth: JSON.parse(granted.auth),
      secret: granted.secret,
      ...(granted.connect_trace === null ? {} : { traceparent: granted.connect_trace }),
    } as const;
    return { backend: toBackendRecord(granted), grant };
  }
  const row = await db
    .selectFrom("backends")
    .selectAll()
    .where("static_token", "=", token)
    .where("cluster", "=", cluster)
    .executeTakeFirst();
  return row && { backend: toBackendRecord(row), grant: { kind: "static" } };
}
