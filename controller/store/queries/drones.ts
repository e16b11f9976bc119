import { type Selectable, sql } from "kysely";
import type { DroneHealth } from "../../../src/protocol/drone.ts";
import type { Session } from "../session.ts";
import { after } from "../sql-dialect.ts";
import type { DroneRecord, DroneRegistration } from "../store.ts";
import type { Tables } from "../tables.ts";

/** What a drone says of itself wins over what was known; that it drains is not its to say. */
export async function attachDrone(
  session: Session,
  drone: DroneRegistration,
  aliveMs: number,
): Promise<boolean> {
  const { name, maxBackends, ...rest } = drone;
  const told = { ...rest, max_backends: maxBackends };
  const attached = await session.db
    .insertInto("drones")
    .values({ name, ...told, draining: 0, last_heartbeat_at: null, health: null })
    .onConflict((conflict) =>
      conflict
        .column("name")
        .doUpdateSet(told)
        .where(({ eb, or }) =>
          or([
            eb("drones.identity", "=", drone.identity),
            eb("drones.last_heartbeat_at", "is", null),
            eb("drones.last_heartbeat_at", "<", after(session.dialect, -aliveMs)),
          ]),
        ),
    )
    .returning("name")
    .executeTakeFirst();
  return attached !== undefined;
}

export async function detachDrone(
  session: Session,
  name: string,
  controller: string,
): Promise<void> {
  await session.db
    .updateTable("drones")
    .set({ controller: null })
    .where("name", "=", name)
    .where("controller", "=", controller)
    .execute();
}

export async function recordHeartbeat(
  session: Session,
  name: string,
  health: DroneHealth,
): Promise<void> {
  await session.db
    .updateTable("drones")
    .set({ last_heartbeat_at: session.dialect.now, health: JSON.stringify(health) })
    .where("name", "=", name)
    .execute();
}

function selectDrones({ db, dialect }: Session) {
  const promised = (resource: "cpus" | "memory_bytes") =>
    sql<number>`coalesce(sum(cast(${dialect.jsonText("backends.config", ["resources", resource])} as real)), 0)`;
  return db
    .selectFrom("drones")
    .leftJoin("backends", (join) =>
      join.onRef("backends.drone", "=", "drones.name").on("backends.status", "<>", "terminated"),
    )
    .selectAll("drones")
    .select(({ fn, ref }) => [
      fn.count<number>("backends.id").as("live_backends"),
      sql<number | null>`${dialect.now} - ${ref("drones.last_heartbeat_at")}`.as("heartbeat_age"),
      promised("cpus").as("promised_cpus"),
      promised("memory_bytes").as("promised_memory"),
    ])
    .groupBy("drones.name")
    .orderBy("drones.name");
}

type DroneRow = Selectable<Tables["drones"]> & {
  live_backends: number;
  heartbeat_age: number | null;
  promised_cpus: number;
  promised_memory: number;
};

function toDroneRecord(row: DroneRow): DroneRecord {
  return {
    name: row.name,
    cluster: row.cluster,
    pool: row.pool,
    version: row.version,
    maxBackends: row.max_backends,
    draining: row.draining === 1,
    connected: row.controller !== null,
    heartbeatAgeMs: row.heartbeat_age,
    health: row.health === null ? null : JSON.parse(row.health),
    liveBackends: row.live_backends,
    promised: { cpus: row.promised_cpus, memoryBytes: row.promised_memory },
  };
}

export async function listDrones(session: Session): Promise<DroneRecord[]> {
  return (await selectDrones(session).execute()).map(toDroneRecord);
}

export async function getDrone(session: Session, name: string): Promise<DroneRecord | undefined> {
  const row = await selectDrones(session).where("drones.name", "=", name).executeTakeFirst();
  return row && toDroneRecord(row);
}
