import { sql } from "kysely";
import type { BackendId } from "../../../src/protocol/ids.ts";
import { CLEANUP_BATCH, KEEP_AUDIT_MS } from "../../../src/protocol/timings.ts";
import { inTransaction, type Session } from "../session.ts";
import { forgetDeadKeys } from "./api-keys.ts";
import { forgetAudit } from "./audit.ts";
import { forgetEvents } from "./events.ts";

const DAY_MS = 86_400_000;
const KEEP_REVOCATIONS_MS = 7 * DAY_MS;

export async function tidy(
  session: Session,
  keepEndedMs: number,
  keepAuditMs: number = KEEP_AUDIT_MS,
): Promise<void> {
  const { db, dialect } = session;
  await db.deleteFrom("tokens").where("expires_at", "<", dialect.now).execute();
  await db.deleteFrom("sessions").where("expires_at", "<", dialect.now).execute();
  await forgetDeadKeys(session);
  await forgetAudit(session, keepAuditMs);
  // Its token is gone. It is only for proxies that had no connection when it was revoked.
  await db
    .deleteFrom("revocations")
    .where("token_id", "is not", null)
    .where(sql<boolean>`revoked_at < ${dialect.now} - ${KEEP_REVOCATIONS_MS}`)
    .execute();
  while ((await deleteEnded(session, keepEndedMs)) === CLEANUP_BATCH);
  // A new claim of the key begins at the clock, and so beyond the token that is forgotten here.
  await db
    .deleteFrom("keys")
    .where("backend_id", "is", null)
    .where(sql<boolean>`fencing_token < ${dialect.now} - ${Math.max(keepEndedMs, DAY_MS)}`)
    .execute();
  await db
    .deleteFrom("controllers")
    .where(sql<boolean>`last_heartbeat_at < ${dialect.now} - ${DAY_MS}`)
    .execute();
  // Its name is known, and its room counted, for as long as anything of it is. A drain is often a drone's last.
  await db
    .deleteFrom("drones")
    .where("controller", "is", null)
    .where("lease_expires_at", "is", null)
    .where("live_backends", "=", 0)
    .where(
      sql<boolean>`coalesce(last_heartbeat_at, 0) < ${dialect.now} - ${Math.max(keepEndedMs, DAY_MS)}`,
    )
    .execute();
  await dialect.reclaim.execute(db);
}

/** Its tokens go when they expire. One batch a transaction, so that nobody waits long for it. Returns how many backends it was. */
async function deleteEnded(session: Session, keepEndedMs: number): Promise<number> {
  const { dialect } = session;
  return await inTransaction(session, async (tx) => {
    const rows = await tx
      .selectFrom("backends")
      .select("id")
      .where("status", "=", "terminated")
      .where(sql<boolean>`status_at < ${dialect.now} - ${keepEndedMs}`)
      .limit(CLEANUP_BATCH)
      .execute();
    const ids: BackendId[] = rows.map(({ id }) => id);
    if (ids.length === 0) return 0;
    await forgetEvents(tx, session, ids);
    for (const table of ["actions", "connections", "revocations"] as const) {
      await tx.deleteFrom(table).where("backend_id", "in", ids).execute();
    }
    await tx.deleteFrom("backends").where("id", "in", ids).execute();
    return ids.length;
  });
}
