import { sql } from "kysely";
import type { PullProgress } from "../../../src/protocol/backend.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";
import type { Key } from "../../../src/protocol/key.ts";
import { type Blanks, prepared } from "../prepared.ts";
import { toBackendRecord, toTimelineRecord } from "../records.ts";
import type { Session } from "../session.ts";
import type { BackendFilter, BackendRecord, TimelineRecord } from "../store.ts";

const selectBackend = prepared(({ db }, { id }: Blanks<{ id: BackendId }>) =>
  db.selectFrom("backends").selectAll().where("id", "=", id),
);

export async function getBackend(
  session: Session,
  id: BackendId,
): Promise<BackendRecord | undefined> {
  const [row] = await selectBackend(session, session.db, { id });
  return row && toBackendRecord(row);
}

const selectKeyHolder = prepared(
  ({ db }, { namespace, name }: Blanks<Pick<Key, "namespace" | "name">>) =>
    db
      .selectFrom("keys")
      .innerJoin("backends", "backends.id", "keys.backend_id")
      .selectAll("backends")
      .where("keys.namespace", "=", namespace)
      .where("keys.name", "=", name),
);

export async function findKeyHolder(
  session: Session,
  { namespace, name }: Pick<Key, "namespace" | "name">,
): Promise<BackendRecord | undefined> {
  const [row] = await selectKeyHolder(session, session.db, { namespace, name });
  return row && toBackendRecord(row);
}

export async function timeline({ db }: Session, id: BackendId): Promise<TimelineRecord[]> {
  const rows = await db
    .selectFrom("timeline")
    .selectAll()
    .where("backend_id", "=", id)
    .orderBy("rank")
    .execute();
  return rows.map(toTimelineRecord);
}

export async function setProgress(
  session: Session,
  drone: string,
  id: BackendId,
  progress: PullProgress,
): Promise<void> {
  const updated = await session.db
    .updateTable("backends")
    .set({ progress: JSON.stringify(progress) })
    .where("id", "=", id)
    .where("drone", "=", drone)
    .where("status", "=", "loading")
    .returning("id")
    .executeTakeFirst();
  if (updated !== undefined) session.announce({ kind: "progress", id });
}

/** Newest first; the cursor names the last backend that was shown. */
export async function listBackends(
  session: Session,
  filter: BackendFilter,
): Promise<{ backends: BackendRecord[]; next: string | null }> {
  const rows = await filtered(session, filter)
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(filter.limit + 1)
    .execute();
  const backends = rows.slice(0, filter.limit).map(toBackendRecord);
  const last = backends.at(-1);
  const more = rows.length > filter.limit && last !== undefined;
  return { backends, next: more ? `${last.createdAt}.${last.id}` : null };
}

function filtered({ db, dialect }: Session, filter: BackendFilter) {
  const { statuses, namespace, below, keyName, drone, cluster, labels = {}, cursor } = filter;
  let query = db.selectFrom("backends").selectAll();
  if (statuses !== undefined) query = query.where("status", "in", statuses);
  if (namespace !== undefined) query = query.where("namespace", "=", namespace);
  if (below !== undefined) {
    const folder = `${below}/`;
    query = query.where(
      sql<boolean>`(namespace = ${below} or substr(namespace, 1, ${folder.length}) = ${folder})`,
    );
  }
  if (keyName !== undefined) query = query.where("key_name", "=", keyName);
  if (drone !== undefined) query = query.where("drone", "=", drone);
  if (cluster !== undefined) query = query.where("cluster", "=", cluster);
  for (const [name, value] of Object.entries(labels)) {
    query = query.where(dialect.jsonText("labels", [name]), "=", value);
  }
  if (cursor !== undefined) {
    const [createdAt = "", id = ""] = cursor.split(".");
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple("created_at", "id"), "<", tuple(Number(createdAt), id as BackendId)),
    );
  }
  return query;
}
