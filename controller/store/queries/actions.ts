import { type RawBuilder, sql } from "kysely";
import type { Static } from "typebox";
import { rank } from "../../../src/protocol/backend-state.ts";
import type { Action, ActionMessage } from "../../../src/protocol/drone-messages.ts";
import type { ActionId, BackendId } from "../../../src/protocol/ids.ts";
import { type Blanks, prepared } from "../prepared.ts";
import { type Connection, inTransaction, type Session } from "../session.ts";
import type { TerminateOrder } from "../store.ts";
import type { Tables } from "../tables.ts";
import { forgetSilentProxies } from "./activity.ts";
import { postponeIdleDue, trulyDue } from "./idle-due.ts";

/** How many actions are in flight to one drone at a time; the rest follow as these are acknowledged. */
const MAX_IN_FLIGHT = 200;

const selectPending = prepared(({ db }, { drone }: Blanks<{ drone: string }>) =>
  db
    .selectFrom("actions")
    .selectAll()
    .where("drone", "=", drone)
    .where("acked_at", "is", null)
    .where("refused_at", "is", null)
    .orderBy("seq")
    .limit(MAX_IN_FLIGHT),
);

export async function pendingActions(
  session: Session,
  drone: string,
): Promise<Static<typeof ActionMessage>[]> {
  const rows = await selectPending(session, session.db, { drone });
  return rows.map((row) => ({ type: "action", action_id: row.id, action: toAction(row) }));
}

type ActionRow = Pick<
  Tables["actions"],
  "backend_id" | "verb" | "reason" | "grace_seconds" | "spec"
> & { begin_clock_id: string | null; begin_by_ms: number | null };

function toAction(row: ActionRow): Action {
  const { backend_id, verb, reason, grace_seconds, spec } = row;
  if (verb === "spawn") {
    const begin_by = { clock: row.begin_clock_id ?? "none", ms: row.begin_by_ms ?? 0 };
    return { type: "spawn", spec: JSON.parse(spec ?? "null"), begin_by };
  }
  return {
    type: "terminate",
    backend_id,
    kind: verb,
    reason: reason as TerminateOrder["reason"],
    ...(grace_seconds === null ? {} : { grace_seconds }),
  };
}

export async function dronesWithActions(
  { db }: Session,
  drones: readonly string[],
): Promise<string[]> {
  if (drones.length === 0) return [];
  const rows = await db
    .selectFrom("actions")
    .select("drone")
    .distinct()
    .where("acked_at", "is", null)
    .where("refused_at", "is", null)
    .execute();
  const asked = new Set(drones);
  return rows.map(({ drone }) => drone).filter((drone) => asked.has(drone));
}

const markAcked = prepared(
  ({ db, dialect }, { drone, id }: Blanks<{ drone: string; id: ActionId }>) =>
    db
      .updateTable("actions")
      .set(({ fn }) => ({ acked_at: fn.coalesce("acked_at", dialect.now) }))
      .where("id", "=", id)
      .where("drone", "=", drone)
      .where("refused_at", "is", null)
      .returning("id"),
);

export async function ackAction(session: Session, drone: string, id: ActionId): Promise<boolean> {
  const [row] = await markAcked(session, session.db, { drone, id });
  return row !== undefined;
}

/** Asking twice changes nothing, whoever asks: a backend's row keeps how its end was asked for. */
export async function terminate(session: Session, { id, ...order }: TerminateOrder): Promise<void> {
  await askToEnd(session, order, sql`id = ${id}`);
}

/** Idle or over age is decided in the statement that asks for the end, so no late visitor is missed. */
export async function sweep(session: Session, trustMs: number): Promise<BackendId[]> {
  await forgetSilentProxies(session, trustMs);
  await inTransaction(session, (tx) => postponeIdleDue(tx, session));
  const { now } = session.dialect;
  const soft = { kind: "soft", graceSeconds: null } as const;
  // One after the other: for either of two indexes SQLite would take neither, and read every row.
  const idle = sql`rank < ${rank("terminating")} and idle_due_at < ${now}
    and ${trulyDue(session.dialect)} < ${now}`;
  const aged = sql`rank < ${rank("terminating")} and expires_at < ${now}`;
  const swept = [
    ...(await askToEnd(session, { ...soft, reason: "swept" }, idle)),
    ...(await askToEnd(session, { ...soft, reason: "swept" }, aged)),
  ];
  const drained = sql`rank < ${rank("terminating")} and drone in (
    select name from drones where drain_ends_at < ${now})`;
  return [...swept, ...(await askToEnd(session, { ...soft, reason: "external" }, drained))];
}

async function askToEnd(
  session: Session,
  order: Omit<TerminateOrder, "id">,
  condition: RawBuilder<unknown>,
): Promise<BackendId[]> {
  const mayBeAsked =
    order.kind === "hard" ? sql`(end_asked is null or end_asked = 'soft')` : sql`end_asked is null`;
  const asked = await inTransaction(session, async (tx) => {
    const { rows } = await sql<{ id: BackendId; drone: string }>`
      update backends set end_asked = ${order.kind}
      where status <> 'terminated' and ${mayBeAsked} and ${condition}
      returning id, drone`.execute(tx);
    if (rows.length > 0) await insertEnds(tx, session, order, rows);
    return rows;
  });
  for (const drone of new Set(asked.map((row) => row.drone))) {
    session.announce({ kind: "actions", drone });
  }
  return asked.map(({ id }) => id);
}

async function insertEnds(
  tx: Connection,
  { dialect }: Session,
  { kind, reason, graceSeconds }: Omit<TerminateOrder, "id">,
  backends: readonly { id: BackendId; drone: string }[],
): Promise<void> {
  await tx
    .insertInto("actions")
    .values(
      backends.map(({ id, drone }) => ({
        id: `${id}.${kind}` as ActionId,
        backend_id: id,
        drone,
        verb: kind,
        reason,
        grace_seconds: graceSeconds,
        created_at: dialect.now,
        acked_at: null,
        spec: null,
      })),
    )
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
}
