import { rank } from "../../../src/protocol/backend-state.ts";
import type { ActionId, BackendId } from "../../../src/protocol/ids.ts";
import type { Connection, Session } from "../session.ts";
import { after } from "../sql-dialect.ts";
import type { SpawnOutcome, SpawnPlan } from "../store.ts";
import { insertToken } from "./tokens.ts";

/** Everything of a spawn, or nothing: the key, the backend, its first event, its action, its token. */
export async function spawn(session: Session, plan: SpawnPlan): Promise<SpawnOutcome> {
  const { db, dialect, announce } = session;
  const outcome = await db
    .transaction()
    .execute(async (tx): Promise<SpawnOutcome> => {
      const fencingToken = await claimKey(tx, session, plan);
      if (fencingToken === undefined) return { kind: "key-held" };
      await insertBackend(tx, session, plan, fencingToken);
      await insertSpawnAction(tx, session, plan, fencingToken);
      return { kind: "spawned", expiresAt: await tokenFor(tx, session, plan) };
    })
    .catch((error: unknown): SpawnOutcome => {
      if (dialect.isUniqueViolation(error, "backends.subdomain"))
        return { kind: "subdomain-taken" };
      throw error;
    });
  if (outcome.kind === "spawned") {
    announce({ kind: "backend", id: plan.spec.backend_id });
    announce({ kind: "actions", drone: plan.drone });
  }
  return outcome;
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
  fencingToken: number,
): Promise<void> {
  await tx
    .insertInto("actions")
    .values({
      id: actionId(spec.backend_id, "spawn"),
      backend_id: spec.backend_id,
      drone,
      verb: "spawn",
      reason: null,
      grace_seconds: null,
      spec: JSON.stringify({ ...spec, fencing_token: fencingToken }),
      created_at: dialect.now,
      acked_at: null,
    })
    .execute();
}

function tokenFor(tx: Connection, session: Session, plan: SpawnPlan): Promise<number | null> {
  return plan.token === null
    ? Promise.resolve(null)
    : insertToken(tx, session, plan.spec.backend_id, plan.token);
}

function actionId(id: BackendId, verb: "spawn" | "soft" | "hard"): ActionId {
  return `${id}.${verb}` as ActionId;
}
