import { rank } from "../../../src/protocol/backend-state.ts";
import type { ActionId } from "../../../src/protocol/ids.ts";
import { type Connection, inTransaction, type Session } from "../session.ts";
import { after } from "../sql-dialect.ts";
import type { SpawnOutcome, SpawnPlan } from "../store.ts";
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
export async function spawn(session: Session, plan: SpawnPlan): Promise<SpawnOutcome> {
  const outcome = await inTransaction(session, (tx) => spawnWithin(tx, session, plan)).catch(
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
  const expiresAt = token && (await insertToken(tx, session, spec.backend_id, token));
  return { kind: "spawned", expiresAt };
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
  { dialect }: Session,
  { spec }: SpawnPlan,
): Promise<number | undefined> {
  const claimed = await tx
    .insertInto("keys")
    .values({ ...spec.key, backend_id: spec.backend_id, fencing_token: dialect.now })
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
    .returning("fencing_token")
    .executeTakeFirst();
  return claimed?.fencing_token;
}

async function insertBackend(
  tx: Connection,
  { dialect }: Session,
  plan: SpawnPlan,
  fencingToken: number,
): Promise<void> {
  const { spec } = plan;
  const { millicpus, memoryBytes } = roomOf(plan);
  const scheduled = { status: "scheduled", rank: rank("scheduled") } as const;
  const state = JSON.stringify({ status: scheduled.status });
  const row = await tx
    .insertInto("backends")
    .values({
      id: spec.backend_id,
      namespace: spec.key.namespace,
      key_name: spec.key.name,
      tag: spec.key.tag,
      fencing_token: fencingToken,
      cluster: plan.cluster,
      pool: plan.pool,
      drone: plan.drone,
      image: spec.image,
      labels: JSON.stringify(plan.labels),
      subdomain: plan.subdomain,
      access: plan.access,
      static_token: spec.static_token ?? null,
      config: JSON.stringify(plan.config),
      ...scheduled,
      state,
      created_at: dialect.now,
      status_at: dialect.now,
      ready_at: null,
      last_active_at: dialect.now,
      max_idle_ms: plan.maxIdleMs,
      expires_at: plan.lifetimeMs === null ? null : after(dialect, plan.lifetimeMs),
      millicpus,
      memory_bytes: memoryBytes,
      progress: null,
    })
    .returning("created_at")
    .executeTakeFirstOrThrow();
  await tx
    .insertInto("timeline")
    .values({ backend_id: spec.backend_id, ...scheduled, at: row.created_at, state })
    .execute();
}

async function insertSpawnAction(
  tx: Connection,
  { dialect }: Session,
  { spec, drone }: SpawnPlan,
  { fencingToken, begin }: { fencingToken: number; begin: BeginDeadline },
): Promise<void> {
  await tx
    .insertInto("actions")
    .values({
      id: `${spec.backend_id}.spawn` as ActionId,
      backend_id: spec.backend_id,
      drone,
      verb: "spawn",
      reason: null,
      grace_seconds: null,
      spec: JSON.stringify({ ...spec, fencing_token: fencingToken }),
      created_at: dialect.now,
      acked_at: null,
      ...begin,
    })
    .execute();
}
