import { sql } from "kysely";
import type { BackendId } from "../../../src/protocol/ids.ts";
import type { ProxyTold } from "../fleet-store.ts";
import { type Connection, inTransaction, type Session } from "../session.ts";
import type { ActivityReport, IdlenessRecord } from "../store.ts";
import { getBackend } from "./backends.ts";
import { refreshIdleDue } from "./idle-due.ts";
import { hearFrom } from "./proxies.ts";

/** So many backends in one statement: databases bound the parameters of one. */
const CHUNK = 200;

export async function recordActivity(
  session: Session,
  proxy: string,
  reports: readonly ActivityReport[],
  complete: boolean,
  told?: ProxyTold,
): Promise<boolean> {
  return await inTransaction(session, async (tx) => {
    if (!(await hearFrom(tx, session, proxy, complete, told))) return false;
    const voided = complete ? await connected(tx, proxy) : [];
    await lockBackends(tx, session, [...voided, ...reports.map(({ id }) => id)]);
    await forgetConnections(tx, session, proxy, voided, session.dialect.now);
    for (const some of chunks(reports)) await recordSome(tx, session, proxy, some);
    return true;
  });
}

async function recordSome(
  tx: Connection,
  session: Session,
  proxy: string,
  reports: readonly ActivityReport[],
): Promise<void> {
  const { now, greatest } = session.dialect;
  const idle = sql.join(
    reports.map(
      ({ id, idleMs }) => sql`(cast(${id} as text), cast(${Math.round(idleMs)} as bigint))`,
    ),
  );
  const { rows } = await sql<{ id: BackendId; max_idle_ms: number | null }>`
    with told(id, idle) as (values ${idle})
    update backends set last_active_at = ${greatest(sql.ref("last_active_at"), sql`${now} - told.idle`)}
    from told where backends.id = told.id and status <> 'terminated'
    returning backends.id, max_idle_ms`.execute(tx);
  const live = new Map(rows.map((row) => [row.id, row.max_idle_ms]));
  const told = reports.filter(({ id }) => live.has(id));
  await keepConnections(tx, session, proxy, told);
  const limited = told.map(({ id }) => id).filter((id) => live.get(id) !== null);
  await refreshIdleDue(tx, session, limited);
}

async function keepConnections(
  tx: Connection,
  { dialect }: Session,
  proxy: string,
  reports: readonly ActivityReport[],
): Promise<void> {
  const closed = reports.filter(({ open }) => open === 0).map(({ id }) => id);
  if (closed.length > 0) {
    await tx
      .deleteFrom("connections")
      .where("proxy", "=", proxy)
      .where("backend_id", "in", closed)
      .execute();
  }
  const open = reports.filter((report) => report.open > 0);
  if (open.length === 0) return;
  await tx
    .insertInto("connections")
    .values(open.map(({ id, open }) => ({ proxy, backend_id: id, open, reported_at: dialect.now })))
    .onConflict((conflict) =>
      conflict.columns(["proxy", "backend_id"]).doUpdateSet(({ ref }) => ({
        open: ref("excluded.open"),
        reported_at: ref("excluded.reported_at"),
      })),
    )
    .execute();
}

/** What this proxy has said is open through it. */
async function connected(tx: Connection, proxy: string): Promise<BackendId[]> {
  const rows = await tx
    .selectFrom("connections")
    .select("backend_id")
    .where("proxy", "=", proxy)
    .execute();
  return rows.map((row) => row.backend_id);
}

/** All that is to be changed, in one order, so that two proxies' reports do not wait for each other. */
async function lockBackends(
  tx: Connection,
  { dialect }: Session,
  ids: readonly BackendId[],
): Promise<void> {
  if (!dialect.locksRows) return;
  for (const some of chunks([...new Set(ids)].sort())) {
    await tx
      .selectFrom("backends")
      .select("id")
      .where("id", "in", some)
      .orderBy("id")
      .forUpdate()
      .execute();
  }
}

function chunks<T>(list: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(list.length / CHUNK) }, (_, index) =>
    list.slice(index * CHUNK, (index + 1) * CHUNK),
  );
}

/** Nothing is open to these through this proxy any more, and was last seen to be at that moment. */
async function forgetConnections(
  tx: Connection,
  session: Session,
  proxy: string,
  ids: readonly BackendId[],
  seenAt: ReturnType<typeof sql<number>>,
): Promise<void> {
  const { greatest } = session.dialect;
  for (const some of chunks(ids)) {
    // A backend before its connections, as who ends it does.
    await tx
      .updateTable("backends")
      .set({ last_active_at: greatest(sql.ref("last_active_at"), seenAt) })
      .where("id", "in", some)
      .execute();
    await tx
      .deleteFrom("connections")
      .where("proxy", "=", proxy)
      .where("backend_id", "in", some)
      .execute();
    await refreshIdleDue(tx, session, some);
  }
}

/** What a proxy has told last is believed for so long; then its connections count as closed. */
export async function forgetSilentProxies(session: Session, trustMs: number): Promise<void> {
  const { db, dialect } = session;
  const isSilent = sql<boolean>`last_seen_at + ${trustMs} < ${dialect.now}`;
  const silent = await db.selectFrom("proxies").select("name").where(isSilent).execute();
  for (const { name } of silent) {
    await inTransaction(session, async (tx) => {
      const gone = await tx
        .deleteFrom("proxies")
        .where("name", "=", name)
        .where(isSilent)
        .returning("last_seen_at")
        .executeTakeFirst();
      if (gone === undefined) return;
      const ids = await connected(tx, name);
      await lockBackends(tx, session, ids);
      await forgetConnections(tx, session, name, ids, sql<number>`${gone.last_seen_at}`);
    });
  }
}

export async function openConnections({ db }: Session, id: BackendId): Promise<number> {
  const row = await db
    .selectFrom("connections")
    .select(({ fn }) => fn.coalesce(fn.sum<number>("open"), sql<number>`0`).as("open"))
    .where("backend_id", "=", id)
    .executeTakeFirstOrThrow();
  return Number(row.open);
}

export async function openConnectionsOf(
  { db }: Session,
  ids: readonly BackendId[],
): Promise<ReadonlyMap<BackendId, number>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom("connections")
    .select(({ fn }) => ["backend_id", fn.sum<number>("open").as("open")])
    .where("backend_id", "in", ids)
    .groupBy("backend_id")
    .execute();
  return new Map(rows.map(({ backend_id, open }) => [backend_id, Number(open)]));
}

export async function idleness(
  session: Session,
  id: BackendId,
): Promise<IdlenessRecord | undefined> {
  const { db, dialect } = session;
  const backend = await getBackend(session, id);
  if (backend === undefined) return undefined;
  const times = await db
    .selectFrom("backends")
    .leftJoin("drones", "drones.name", "backends.drone")
    .select(({ selectFrom }) => [
      "backends.ready_at",
      "drones.drain_ends_at",
      dialect.now.as("now"),
      selectFrom("actions")
        .select(({ fn }) => fn.min("actions.created_at").as("at"))
        .whereRef("actions.backend_id", "=", "backends.id")
        .where("actions.verb", "<>", "spawn")
        .as("end_asked_at"),
    ])
    .where("backends.id", "=", id)
    .executeTakeFirstOrThrow();
  const connections = await db
    .selectFrom("connections")
    .select(["proxy", "open"])
    .where("backend_id", "=", id)
    .where("open", ">", 0)
    .orderBy("proxy")
    .execute();
  return {
    now: times.now,
    backend,
    readyAt: times.ready_at,
    connections,
    drainEndsAt: times.drain_ends_at,
    endAskedAt: times.end_asked_at,
  };
}
