import { sql } from "kysely";
import type { BackendId } from "../../../src/protocol/ids.ts";
import type { EventPage, EventQuery, EventRecord } from "../event-store.ts";
import type { Connection, Session } from "../session.ts";

export async function listEvents(session: Session, query: EventQuery): Promise<EventPage> {
  const settled = await session.settledEvents();
  const rows = await selectEvents(session, query, settled);
  const isWhole = "newest" in query.from || rows.length < query.limit;
  // Read last: what was deleted while the rows were read counts as forgotten.
  const { seq: forgotten } = await session.db
    .selectFrom("forgotten_events")
    .select("seq")
    .executeTakeFirstOrThrow();
  const after = "after" in query.from ? query.from.after : 0;
  const reached = isWhole ? Math.max(settled, after) : (rows.at(-1)?.seq ?? settled);
  return { events: rows, reached, forgotten, last: Math.max(settled, forgotten) };
}

async function selectEvents(
  { db, dialect }: Session,
  { from, limit, labels = {}, ...filter }: EventQuery,
  settled: number,
): Promise<EventRecord[]> {
  const { statuses, namespace, keyName, id, drone } = filter;
  let query = db
    .selectFrom("timeline")
    .innerJoin("backends", "backends.id", "timeline.backend_id")
    .select(["timeline.seq", "timeline.at", "timeline.state", "timeline.backend_id as id"])
    .select(["namespace", "key_name", "tag", "cluster", "drone", "image", "labels"])
    .where("timeline.seq", "<=", settled);
  if (statuses !== undefined) query = query.where("timeline.status", "in", statuses);
  if (id !== undefined) query = query.where("timeline.backend_id", "=", id);
  if (namespace !== undefined) query = query.where("namespace", "=", namespace);
  if (keyName !== undefined) query = query.where("key_name", "=", keyName);
  if (drone !== undefined) query = query.where("drone", "=", drone);
  for (const [name, value] of Object.entries(labels)) {
    query = query.where(dialect.jsonText("labels", [name]), "=", value);
  }
  const isForward = "after" in from;
  if (isForward) query = query.where("timeline.seq", ">", from.after);
  const rows = await query
    .orderBy("timeline.seq", isForward ? "asc" : "desc")
    .limit(isForward ? limit : from.newest)
    .execute();
  const events = rows.map(({ namespace, key_name: name, tag, labels, state, ...row }) => ({
    ...row,
    key: { namespace, name, tag },
    labels: JSON.parse(labels),
    state: JSON.parse(state),
  }));
  return isForward ? events : events.reverse();
}

/** To be said in the transaction that deletes them. */
export async function forgetEvents(
  tx: Connection,
  { dialect }: Session,
  ids: readonly BackendId[],
): Promise<void> {
  const { last } = await tx
    .selectFrom("timeline")
    .select(({ fn }) => fn.max("seq").as("last"))
    .where("backend_id", "in", ids)
    .executeTakeFirstOrThrow();
  await tx.deleteFrom("timeline").where("backend_id", "in", ids).execute();
  await tx
    .updateTable("forgotten_events")
    .set({ seq: dialect.greatest(sql.ref("seq"), sql<number>`cast(${last ?? 0} as bigint)`) })
    .execute();
}

/** Where every row has got its place in the order in which they are committed. */
export async function lastEvent({ db }: Pick<Session, "db">): Promise<number> {
  const { last } = await db
    .selectFrom("timeline")
    .select(({ fn }) => fn.max("seq").as("last"))
    .executeTakeFirstOrThrow();
  return last ?? 0;
}
