import { sql } from "kysely";
import type { ActionId, BackendId } from "../../../src/protocol/ids.ts";
import type { Key } from "../../../src/protocol/key.ts";
import type { Access } from "../../../src/protocol/spawn-config.ts";
import { rank } from "../../../src/protocol/statuses.ts";
import type { Actor, AuditNote } from "../access-store.ts";
import { type Blanks, prepared } from "../prepared.ts";
import { type Connection, inTransaction, type Session } from "../session.ts";
import type { SpawnOutcome, SpawnPlan } from "../store.ts";
import { insertTimelineEntry } from "./advance-backend.ts";
import { writeAudit } from "./audit.ts";
import { type BeginDeadline, claimRoom, type Room } from "./room.ts";
import { insertToken } from "./tokens.ts";

class Refused extends Error {
  readonly outcome: SpawnOutcome;

  constructor(outcome: SpawnOutcome) {
    super(outcome.kind);
    this.outcome = outcome;
  }
}

/** Everything of a spawn, or nothing: room, key, backend, its first event, its action, its token. */
export async function spawn(session: Session, plan: SpawnPlan, by?: Actor): Promise<SpawnOutcome> {
  const outcome = await inTransaction(session, (tx) => spawnWithin(tx, session, plan, by)).catch(
    (error: unknown): SpawnOutcome => {
      if (error instanceof Refused) return error.outcome;
      if (session.dialect.isUniqueViolation(error, "backends.subdomain")) {
        return { kind: "subdomain-taken" };
      }
      throw error;
    },
  );
  if (outcome.kind === "spawned") {
    session.announce({ kind: "backend", id: plan.spec.backend_id });
    session.announce({ kind: "actions", drone: plan.drone });
  }
  return outcome;
}

async function spawnWithin(
  tx: Connection,
  session: Session,
  plan: SpawnPlan,
  by: Actor | undefined,
): Promise<SpawnOutcome> {
  const { drone, beginWindowMs } = plan;
  const fencingToken = await claimKey(tx, session, plan);
  if (fencingToken === undefined) throw new Refused({ kind: "key-held" });
  await insertBackend(tx, session, plan, fencingToken);
  // Late, since all of a drone's spawns wait for each other from here to the commit.
  const begin = await claimRoom(tx, session, drone, roomOf(plan), beginWindowMs);
  if (begin === undefined) throw new Refused({ kind: "drone-unfit" });
  await insertSpawnAction(tx, session, plan, { fencingToken, begin });
  const { token, spec } = plan;
  const of = { id: spec.backend_id, generation: 0 };
  const expiresAt = token && (await insertToken(tx, session, of, token));
  await writeAudit(tx, session, by, noteOf(plan));
  return { kind: "spawned", expiresAt };
}

function noteOf({ spec, cluster }: SpawnPlan): AuditNote {
  const { backend_id: target, key, image } = spec;
  const { name, tag, namespace } = key;
  return {
    action: "backend.spawn",
    target,
    namespace,
    details: { key: name, tag, image, cluster },
  };
}

function roomOf({ spec: { resources } }: SpawnPlan): Room {
  return {
    millicpus: Math.round((resources.cpus ?? 0) * 1_000),
    memoryBytes: resources.memory_bytes ?? 0,
  };
}

/** Who gets the row back owns the key. The fencing token grows even if the clock was set back. */
async function claimKey(
  tx: Connection,
  session: Session,
  { spec }: SpawnPlan,
): Promise<number | undefined> {
  const [claimed] = await upsertKey(session, tx, { ...spec.key, id: spec.backend_id });
  return claimed?.fencing_token;
}

const upsertKey = prepared(({ db, dialect }, key: Blanks<Key & { id: BackendId }>) =>
  db
    .insertInto("keys")
    .values({
      namespace: key.namespace,
      name: key.name,
      tag: key.tag,
      backend_id: key.id,
      fencing_token: dialect.now,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["namespace", "name"])
        .doUpdateSet((eb) => ({
          backend_id: eb.ref("excluded.backend_id"),
          tag: eb.ref("excluded.tag"),
          fencing_token: dialect.greatest(
            eb("keys.fencing_token", "+", 1),
            eb.ref("excluded.fencing_token"),
          ),
        }))
        .where("keys.backend_id", "is", null),
    )
    .returning("fencing_token"),
);

async function insertBackend(
  tx: Connection,
  session: Session,
  plan: SpawnPlan,
  fencingToken: number,
): Promise<void> {
  const { spec } = plan;
  const [row] = await insertScheduled(session, tx, {
    id: spec.backend_id,
    ...spec.key,
    fencingToken,
    cluster: plan.cluster,
    pool: plan.pool,
    drone: plan.drone,
    image: spec.image,
    labels: JSON.stringify(plan.labels),
    subdomain: plan.subdomain,
    access: plan.access,
    staticToken: spec.static_token ?? null,
    config: JSON.stringify(plan.config),
    maxIdleMs: plan.maxIdleMs,
    lifetimeMs: plan.lifetimeMs,
    traceparent: plan.traceparent ?? null,
    ...roomOf(plan),
  });
  if (row === undefined) throw new Error("the backend was not written");
  await insertTimelineEntry(tx, session, spec.backend_id, SCHEDULED, row.created_at);
}

const SCHEDULED = { status: "scheduled" } as const;

interface BackendRow extends Key, Room {
  id: BackendId;
  fencingToken: number;
  cluster: string;
  pool: string;
  drone: string;
  image: string;
  labels: string;
  subdomain: string | null;
  access: Access;
  staticToken: string | null;
  config: string;
  maxIdleMs: number | null;
  lifetimeMs: number | null;
  traceparent: string | null;
}

const insertScheduled = prepared(({ db, dialect }, row: Blanks<BackendRow>) =>
  db
    .insertInto("backends")
    .values({
      id: row.id,
      namespace: row.namespace,
      key_name: row.name,
      tag: row.tag,
      fencing_token: row.fencingToken,
      cluster: row.cluster,
      pool: row.pool,
      drone: row.drone,
      image: row.image,
      labels: row.labels,
      subdomain: row.subdomain,
      access: row.access,
      static_token: row.staticToken,
      config: row.config,
      status: SCHEDULED.status,
      rank: rank(SCHEDULED.status),
      state: JSON.stringify(SCHEDULED),
      created_at: dialect.now,
      status_at: dialect.now,
      ready_at: null,
      last_active_at: dialect.now,
      max_idle_ms: row.maxIdleMs,
      expires_at: sql<number>`${dialect.now} + cast(${row.lifetimeMs} as bigint)`,
      millicpus: row.millicpus,
      memory_bytes: row.memoryBytes,
      progress: null,
      traceparent: row.traceparent,
    })
    .returning("created_at"),
);

async function insertSpawnAction(
  tx: Connection,
  session: Session,
  { spec, drone }: SpawnPlan,
  { fencingToken, begin }: { fencingToken: number; begin: BeginDeadline },
): Promise<void> {
  await insertAction(session, tx, {
    id: `${spec.backend_id}.spawn` as ActionId,
    backendId: spec.backend_id,
    drone,
    spec: JSON.stringify({ ...spec, fencing_token: fencingToken }),
    ...begin,
  });
}

interface SpawnActionRow extends BeginDeadline {
  id: ActionId;
  backendId: BackendId;
  drone: string;
  spec: string;
}

const insertAction = prepared(({ db, dialect }, row: Blanks<SpawnActionRow>) =>
  db.insertInto("actions").values({
    id: row.id,
    backend_id: row.backendId,
    drone: row.drone,
    verb: "spawn",
    reason: null,
    grace_seconds: null,
    spec: row.spec,
    created_at: dialect.now,
    acked_at: null,
    begin_clock_id: row.begin_clock_id,
    begin_by_ms: row.begin_by_ms,
    begin_by_at: row.begin_by_at,
  }),
);
