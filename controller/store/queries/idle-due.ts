import { type Expression, type RawBuilder, sql } from "kysely";
import type { BackendId } from "../../../src/protocol/ids.ts";
import { rank } from "../../../src/protocol/statuses.ts";
import { type Connection, inTransaction, type Session } from "../session.ts";
import type { SqlDialect } from "../sql-dialect.ts";

/** When a backend that became ready then would have been idle for too long; null while it is held up. */
export function idleDue(
  { greatest }: SqlDialect,
  readyAt: Expression<number>,
): RawBuilder<number | null> {
  return sql`case when exists (
      select 1 from connections where connections.backend_id = backends.id and connections.open > 0)
    then null else ${greatest(sql.ref("last_active_at"), readyAt)} + max_idle_ms end`;
}

/** The same of one that nothing holds up, and that is not before its `idle_due_at`. */
export function trulyDue({ greatest }: SqlDialect): RawBuilder<number> {
  return sql`${greatest(sql.ref("last_active_at"), sql.ref("ready_at"))} + max_idle_ms`;
}

/**
 * Activity alone does not move `idle_due_at`: of many connects, the index hears once. Returns for how
 * many of the batch it was moved.
 */
export async function postponeIdleDue(
  session: Session,
  batch: RawBuilder<unknown>,
): Promise<number> {
  const { now } = session.dialect;
  const due = trulyDue(session.dialect);
  const postpone = sql`update backends set idle_due_at = ${due}
    where id in ${batch} and ${due} >= ${now}`;
  const { numAffectedRows = 0n } = await inTransaction(session, (tx) => postpone.execute(tx));
  return Number(numAffectedRows);
}

/** After its connections or its last activity have changed. */
export async function refreshIdleDue(
  tx: Connection,
  { dialect }: Session,
  ids: readonly BackendId[],
): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .updateTable("backends")
    .set({ idle_due_at: idleDue(dialect, sql.ref("ready_at")) })
    .where("id", "in", ids)
    .where("max_idle_ms", "is not", null)
    .where("ready_at", "is not", null)
    .where("rank", "<", rank("terminating"))
    .execute();
}
