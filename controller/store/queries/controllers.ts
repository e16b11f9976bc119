import { sql } from "kysely";
import type { Beat, ControllerRecord, ControllerRegistration } from "../fleet-store.ts";
import { type Connection, inTransaction, type Session } from "../session.ts";
import { after } from "../sql-dialect.ts";
import { lockAll } from "./lock-drone.ts";

export function beat(
  session: Session,
  { id, version, url }: ControllerRegistration,
  silentMs: number,
  mayStand: (beat: Beat) => boolean = () => true,
): Promise<Beat> {
  const { dialect } = session;
  return inTransaction(session, async (tx) => {
    const { last, now } = await tx
      .selectFrom("controllers")
      .select(({ fn }) => [
        fn.max<number | null>("last_heartbeat_at").as("last"),
        dialect.now.as("now"),
      ])
      .executeTakeFirstOrThrow();
    const beat = { now, silentMs: last === null ? null : now - last };
    if (!mayStand(beat)) return beat;
    // The clock was set back: what was written by the old one would count as fresh until then.
    if (last !== null && last > now) {
      await tx
        .updateTable("controllers")
        .set({ last_heartbeat_at: now })
        .where("last_heartbeat_at", ">", now)
        .execute();
    }
    await tx
      .insertInto("controllers")
      .values({ id, version, url, started_at: now, last_heartbeat_at: now })
      .onConflict((conflict) => conflict.column("id").doUpdateSet({ last_heartbeat_at: now }))
      .execute();
    await letGo(tx, session, now - silentMs);
    return beat;
  });
}

/** The drones of controllers that were last heard of before that moment. */
async function letGo(tx: Connection, { dialect }: Session, heardAfter: number): Promise<void> {
  const held = await tx
    .selectFrom("drones")
    .select("name")
    .where("controller", "is not", null)
    .where(({ exists, not, selectFrom }) =>
      not(
        exists(
          selectFrom("controllers")
            .select("controllers.id")
            .whereRef("controllers.id", "=", "drones.controller")
            .where("controllers.last_heartbeat_at", ">", heardAfter),
        ),
      ),
    )
    .orderBy("name")
    .$if(dialect.locksRows, (query) => query.forUpdate())
    .execute();
  if (held.length === 0) return;
  await tx
    .updateTable("drones")
    .set({ controller: null, session: null })
    .where(
      "name",
      "in",
      held.map(({ name }) => name),
    )
    .execute();
}

export async function removeController(session: Session, id: string): Promise<void> {
  await inTransaction(session, async (tx) => {
    await tx.deleteFrom("controllers").where("id", "=", id).execute();
    await tx
      .updateTable("drones")
      .set({ controller: null, session: null })
      .where("controller", "=", id)
      .execute();
  });
}

export async function listControllers({ db, dialect }: Session): Promise<ControllerRecord[]> {
  const rows = await db
    .selectFrom("controllers")
    .selectAll()
    .select(({ ref }) =>
      sql<number>`${dialect.now} - ${ref("last_heartbeat_at")}`.as("heartbeat_age"),
    )
    .orderBy("started_at")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    version: row.version,
    url: row.url,
    startedAt: row.started_at,
    heartbeatAgeMs: row.heartbeat_age,
  }));
}

export async function forgiveOutage(
  session: Session,
  leaseExpiryMs: number,
  setBackMs: number,
): Promise<void> {
  const { dialect } = session;
  const { now } = dialect;
  // Never earlier than was granted, and granted by a clock that stood further on if it was set back.
  const anew = (end: string) =>
    dialect.greatest(sql`${sql.ref(end)} - ${setBackMs}`, after(dialect, leaseExpiryMs));
  const drones = await inTransaction(session, async (tx) => {
    // In the order in which everybody takes them.
    const proxies = await lockAll(tx, session, "proxies");
    if (proxies.length > 0) {
      await tx
        .updateTable("proxies")
        .set({ last_seen_at: now })
        .where("name", "in", proxies)
        .execute();
    }
    const names = await lockAll(tx, session, "drones");
    await tx
      .updateTable("drones")
      .set({ lease_expires_at: anew("lease_expires_at") })
      .where("lease_expires_at", "is not", null)
      .execute();
    // What was revoked runs by its drone's clock, too: not renewed, but not judged early either.
    await tx
      .updateTable("backends")
      .set({ lease_ends_at: anew("lease_ends_at") })
      .where("lease_ends_at", "is not", null)
      .where("status", "<>", "terminated")
      .execute();
    return names;
  });
  // A drone's at a time: all at once would hold up everybody for seconds where there are very many.
  for (const drone of drones) await restartIdleClocks(session, drone);
}

async function restartIdleClocks({ db, dialect }: Session, drone: string): Promise<void> {
  await db
    .updateTable("backends")
    .set({
      last_active_at: dialect.now,
      // Of a clock that was set back since, they would lie in the future.
      ready_at: sql<
        number | null
      >`case when ready_at > ${dialect.now} then ${dialect.now} else ready_at end`,
      idle_due_at: sql<number | null>`case when idle_due_at > ${dialect.now} + max_idle_ms
        then ${dialect.now} + max_idle_ms else idle_due_at end`,
    })
    .where("drone", "=", drone)
    .where("status", "<>", "terminated")
    .execute();
}
