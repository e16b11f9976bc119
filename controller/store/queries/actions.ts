import { type RawBuilder, sql } from "kysely";
import type { Static } from "typebox";
import type { Action, ActionMessage } from "../../../src/protocol/drone-messages.ts";
import type { ActionId, BackendId } from "../../../src/protocol/ids.ts";
import { rank } from "../../../src/protocol/statuses.ts";
import { CLEANUP_BATCH } from "../../../src/protocol/timings.ts";
import type { Actor } from "../access-store.ts";
import { type Blanks, prepared } from "../prepared.ts";
import { type Connection, inTransaction, type Session } from "../session.ts";
import type { SqlDialect } from "../sql-dialect.ts";
import type { TerminateOrder } from "../store.ts";
import type { Tables } from "../tables.ts";
import { forgetSilentProxies } from "./activity.ts";
import { writeAudit } from "./audit.ts";
import { postponeIdleDue, trulyDue } from "./idle-due.ts";

/** How many actions are in flight to one drone at a time; the rest follow as these are acknowledged. */
const MAX_IN_FLIGHT = 200;

/** How many backends a sweep looks at in one transaction. */
const SWEEP_BATCH = CLEANUP_BATCH;

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
export async function terminate(
  session: Session,
  { id, ...order }: TerminateOrder,
  by?: Actor,
): Promise<void> {
  await askToEnd(session, order, sql`id = ${id}`, by);
}

const NOT_ENDING = sql`rank < ${rank("terminating")}`;

/**
 * Idle or over age is decided in the statement that asks for the end, so no late visitor is missed.
 * One batch a transaction, so that nobody waits long where very many are due at once.
 */
export async function sweep(session: Session, trustMs: number): Promise<BackendId[]> {
  await forgetSilentProxies(session, trustMs);
  const { now } = session.dialect;
  // One after the other: for either of two indexes SQLite would take neither, and read every row.
  const aged = sql`${NOT_ENDING} and expires_at < ${now}`;
  const drained = sql`${NOT_ENDING} and drone in (
    select name from drones where drain_ends_at < ${now})`;
  return [
    ...(await sweepIdle(session)),
    ...(await sweepAll(session, "swept", aged)),
    ...(await sweepAll(session, "external", drained)),
  ];
}

/** Of those that come first, some have been in use since, and go back; the rest ends. */
async function sweepIdle(session: Session): Promise<BackendId[]> {
  const { now } = session.dialect;
  const seemDue = batchOf(session.dialect, sql`idle_due_at < ${now}`, sql`order by idle_due_at`);
  const areDue = sql`${NOT_ENDING} and ${trulyDue(session.dialect)} < ${now}`;
  const swept: BackendId[] = [];
  for (;;) {
    const postponed = await postponeIdleDue(session, seemDue);
    const asked = await askToEnd(session, softly("swept"), sql`id in ${seemDue} and ${areDue}`);
    swept.push(...asked);
    if (postponed === 0 && asked.length === 0) return swept;
  }
}

async function sweepAll(
  session: Session,
  reason: TerminateOrder["reason"],
  condition: RawBuilder<unknown>,
): Promise<BackendId[]> {
  const some = batchOf(session.dialect, condition);
  const swept: BackendId[] = [];
  for (;;) {
    const asked = await askToEnd(session, softly(reason), sql`id in ${some}`);
    swept.push(...asked);
    if (asked.length < SWEEP_BATCH) return swept;
  }
}

function softly(reason: TerminateOrder["reason"]): Omit<TerminateOrder, "id"> {
  return { kind: "soft", reason, graceSeconds: null };
}

/** Who is being let in, or asked to end by another, is passed over: the next sweep looks again. */
function batchOf(
  { locksRows }: SqlDialect,
  condition: RawBuilder<unknown>,
  order = sql``,
): RawBuilder<unknown> {
  // Materialized, or PostgreSQL may take another batch for each row that it compares.
  return sql`(with batch as materialized (
    select id from backends
    where end_asked is null and status <> 'terminated' and ${condition}
    ${order} limit ${SWEEP_BATCH} ${locksRows ? sql`for update skip locked` : sql``})
    select id from batch)`;
}

async function askToEnd(
  session: Session,
  order: Omit<TerminateOrder, "id">,
  condition: RawBuilder<unknown>,
  by?: Actor,
): Promise<BackendId[]> {
  const mayBeAsked =
    order.kind === "hard" ? sql`(end_asked is null or end_asked = 'soft')` : sql`end_asked is null`;
  const asked = await inTransaction(session, async (tx) => {
    const { rows } = await sql<{ id: BackendId; drone: string; namespace: string }>`
      update backends set end_asked = ${order.kind}
      where status <> 'terminated' and ${mayBeAsked} and ${condition}
      returning id, drone, namespace`.execute(tx);
    if (rows.length > 0) await insertEnds(tx, session, order, rows);
    const { kind, graceSeconds: grace_seconds } = order;
    for (const { id: target, namespace } of by === undefined ? [] : rows) {
      const details = { kind, grace_seconds };
      await writeAudit(tx, session, by, {
        action: "backend.terminate",
        target,
        namespace,
        details,
      });
    }
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
