import { type RawBuilder, sql } from "kysely";
import type { Static } from "typebox";
import { rank } from "../../../src/protocol/backend-state.ts";
import type { Action, ActionMessage } from "../../../src/protocol/drone-messages.ts";
import type { ActionId, BackendId } from "../../../src/protocol/ids.ts";
import type { Session } from "../session.ts";
import type { TerminateOrder } from "../store.ts";
import type { Tables } from "../tables.ts";

/** How many actions are in flight to one drone at a time; the rest follow as these are acknowledged. */
const MAX_IN_FLIGHT = 200;

export async function pendingActions(
  { db }: Session,
  drone: string,
): Promise<Static<typeof ActionMessage>[]> {
  const rows = await db
    .selectFrom("actions")
    .selectAll()
    .where("drone", "=", drone)
    .where("acked_at", "is", null)
    .orderBy("seq")
    .limit(MAX_IN_FLIGHT)
    .execute();
  return rows.map((row) => ({ type: "action", action_id: row.id, action: toAction(row) }));
}

type ActionRow = Pick<
  Tables["actions"],
  "backend_id" | "verb" | "reason" | "grace_seconds" | "spec"
>;

function toAction({ backend_id, verb, reason, grace_seconds, spec }: ActionRow): Action {
  if (verb === "spawn") return { type: "spawn", spec: JSON.parse(spec ?? "null") };
  return {
    type: "terminate",
    backend_id,
    kind: verb,
    reason: reason as TerminateOrder["reason"],
    ...(grace_seconds === null ? {} : { grace_seconds }),
  };
}

/** Once the drone has a spawn, the secrets in it are no longer needed here. */
export async function ackAction(
  { db, dialect }: Session,
  drone: string,
  id: ActionId,
): Promise<void> {
  await db
    .updateTable("actions")
    .set({ acked_at: dialect.now, spec: null })
    .where("id", "=", id)
    .where("drone", "=", drone)
    .where("acked_at", "is", null)
    .execute();
}

/** Asking twice changes nothing, whoever asks: the action's id is the backend's and the verb's. */
export async function terminate(session: Session, order: TerminateOrder): Promise<void> {
  await terminateWhere(session, order, sql`id = ${order.id} and status <> 'terminated'`);
}

/** Idle or over age is decided in the statement that asks for the end, so no late visitor is missed. */
export async function sweep(session: Session, trustMs: number): Promise<BackendId[]> {
  const { now, greatest } = session.dialect;
  const idleSince = greatest(sql.ref("last_active_at"), sql.ref("ready_at"));
  const due = sql<boolean>`
    status <> 'terminated' and rank < ${rank("terminating")} and (
      expires_at < ${now} or (
        status = 'ready' and ${idleSince} + max_idle_ms < ${now} and not exists (
          select 1 from connections where connections.backend_id = backends.id
          and connections.open > 0 and connections.reported_at + ${trustMs} > ${now})))`;
  return await terminateWhere(session, { kind: "soft", reason: "swept", graceSeconds: null }, due);
}

async function terminateWhere(
  { db, dialect, announce }: Session,
  { kind, reason, graceSeconds }: Omit<TerminateOrder, "id">,
  condition: RawBuilder<unknown>,
): Promise<BackendId[]> {
  const { rows } = await sql<{ backend_id: BackendId; drone: string }>`
    insert into actions (id, backend_id, drone, verb, reason, grace_seconds, created_at)
    select id || cast(${`.${kind}`} as text), id, drone, cast(${kind} as text),
      cast(${reason} as text), cast(${graceSeconds} as integer), ${dialect.now}
    from backends where ${condition}
    on conflict (id) do nothing
    returning backend_id, drone`.execute(db);
  for (const drone of new Set(rows.map((row) => row.drone))) announce({ kind: "actions", drone });
  return rows.map((row) => row.backend_id);
}
