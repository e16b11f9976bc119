import type { RawBuilder, Selectable } from "kysely";
import type { DroneHealth } from "../../../src/protocol/drone.ts";
import type { DroneTime } from "../../../src/protocol/drone-messages.ts";
import type { Actor, AuditNote } from "../access-store.ts";
import type { DroneRecord, DroneRegistration } from "../fleet-store.ts";
import { type Blanks, prepared } from "../prepared.ts";
import { inTransaction, type Session } from "../session.ts";
import { after } from "../sql-dialect.ts";
import type { Tables } from "../tables.ts";
import { writeAudit } from "./audit.ts";
import { lockDrone } from "./lock-drone.ts";

/** What a drone says of itself wins over what was known; that it drains is not its to say. */
export async function attachDrone(
  session: Session,
  { maxBackends, ...drone }: DroneRegistration,
  aliveMs: number,
): Promise<boolean> {
  const { name, ...told } = { ...drone, max_backends: maxBackends };
  // Until its first heartbeat nobody knows its clock, and it is given nothing.
  const fresh = { ...told, clock_id: null, clock_ms: null };
  return await inTransaction(session, async (tx) => {
    const known = await lockDrone(tx, session, name);
    const isAnother = known !== undefined && known.identity !== drone.identity;
    if (isAnother && holdsItsName(known, aliveMs)) return false;
    const unheard = { last_heartbeat_at: null, health: null, lease_expires_at: null };
    const row = await tx
      .insertInto("drones")
      .values({ name, ...fresh, ...unheard, draining: 0, ...UNMEASURED })
      .onConflict((conflict) =>
        conflict
          .column("name")
          .doUpdateSet(isAnother ? { ...fresh, ...unheard } : fresh)
          // Two machines at once, neither of them known: the first has it.
          .where("drones.identity", "=", known?.identity ?? drone.identity),
      )
      .returning("name")
      .executeTakeFirst();
    return row !== undefined;
  });
}

const UNMEASURED = { drain_ends_at: null, total_millicpus: null, total_memory: null };

/**
 * It has a lease that fenceLapsed, which alone judges that, has not ended; or it was heard of so lately
 * that it will be heard of again.
 */
function holdsItsName(
  {
    now,
    last_heartbeat_at,
    lease_expires_at,
  }: { now: number; last_heartbeat_at: number | null; lease_expires_at: number | null },
  aliveMs: number,
): boolean {
  if (lease_expires_at !== null) return true;
  return last_heartbeat_at !== null && last_heartbeat_at > now - aliveMs;
}

export async function detachDrone(
  { db }: Session,
  name: string,
  droneSession: string,
): Promise<void> {
  await db
    .updateTable("drones")
    .set({ controller: null, session: null })
    .where("name", "=", name)
    .where("session", "=", droneSession)
    .execute();
}

interface HeartbeatRow {
  name: string;
  clock: string;
  ms: number;
  health: string;
  millicpus: number;
  memory: number;
}

const updateHeartbeat = prepared(({ db, dialect }, row: Blanks<HeartbeatRow>) =>
  db
    .updateTable("drones")
    .set({
      last_heartbeat_at: dialect.now,
      clock_id: row.clock,
      clock_ms: row.ms,
      health: row.health,
      total_millicpus: row.millicpus,
      total_memory: row.memory,
    })
    .where("name", "=", row.name),
);

export async function recordHeartbeat(
  session: Session,
  name: string,
  health: DroneHealth,
  time: DroneTime,
): Promise<void> {
  await updateHeartbeat(session, session.db, {
    name,
    ...time,
    health: JSON.stringify(health),
    millicpus: Math.round(health.cpus * 1_000),
    memory: health.memory_total_bytes,
  });
}

export function drain(
  session: Session,
  name: string,
  terminateAfterMs: number | null,
  by?: Actor,
): Promise<boolean> {
  const drain_ends_at = terminateAfterMs === null ? null : after(session.dialect, terminateAfterMs);
  const seconds = terminateAfterMs === null ? null : terminateAfterMs / 1_000;
  return setDraining(session, name, { draining: 1, drain_ends_at }, by, {
    ...{ action: "drone.drain", target: name, namespace: null },
    details: { terminate_after_seconds: seconds },
  });
}

export function undrain(session: Session, name: string, by?: Actor): Promise<boolean> {
  const about = { action: "drone.undrain", target: name, namespace: null } as const;
  return setDraining(session, name, { draining: 0, drain_ends_at: null }, by, about);
}

function setDraining(
  session: Session,
  name: string,
  values: { draining: number; drain_ends_at: RawBuilder<number> | null },
  by: Actor | undefined,
  note: AuditNote,
): Promise<boolean> {
  return inTransaction(session, async (tx) => {
    const row = await tx
      .updateTable("drones")
      .set(values)
      .where("name", "=", name)
      .returning("name")
      .executeTakeFirst();
    if (row !== undefined) await writeAudit(tx, session, by, note);
    return row !== undefined;
  });
}

function selectDrones({ db, dialect }: Session) {
  return db.selectFrom("drones").selectAll().select(dialect.now.as("now")).orderBy("name");
}

function toDroneRecord(row: Selectable<Tables["drones"]> & { now: number }): DroneRecord {
  const until = (at: number | null) => (at === null ? null : at - row.now);
  const age = until(row.last_heartbeat_at);
  return {
    name: row.name,
    cluster: row.cluster,
    pool: row.pool,
    version: row.version,
    maxBackends: row.max_backends,
    draining: row.draining === 1,
    drainEndsInMs: until(row.drain_ends_at),
    connected: row.controller !== null,
    controller: row.controller,
    heartbeatAgeMs: age === null ? null : -age,
    leaseExpiresInMs: until(row.lease_expires_at),
    health: row.health === null ? null : JSON.parse(row.health),
    liveBackends: row.live_backends,
    promised: { cpus: row.promised_millicpus / 1_000, memoryBytes: row.promised_memory },
  };
}

export async function listDrones(session: Session): Promise<DroneRecord[]> {
  return (await selectDrones(session).execute()).map(toDroneRecord);
}

export async function getDrone(session: Session, name: string): Promise<DroneRecord | undefined> {
  const row = await selectDrones(session).where("name", "=", name).executeTakeFirst();
  return row && toDroneRecord(row);
}

export async function controllerOf({ db }: Session, name: string): Promise<string | null> {
  const row = await db
    .selectFrom("drones")
    .select("controller")
    .where("name", "=", name)
    .executeTakeFirst();
  return row?.controller ?? null;
}
