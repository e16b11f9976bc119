import { type Selectable, sql } from "kysely";
import type { AuditAction } from "../../../src/protocol/audit.ts";
import { CLEANUP_BATCH } from "../../../src/protocol/timings.ts";
import type { Actor, AuditFilter, AuditNote, AuditRecord } from "../access-store.ts";
import { type Blanks, prepared } from "../prepared.ts";
import type { Connection, Session } from "../session.ts";
import type { Tables } from "../tables.ts";

interface AuditRow extends Actor {
  action: AuditAction;
  target: string;
  namespace: string | null;
  details: string;
}

const insertRow = prepared(({ db, dialect }, row: Blanks<AuditRow>) =>
  db.insertInto("audit").values({
    at: dialect.now,
    key_id: row.keyId,
    key_name: row.keyName,
    address: row.address,
    action: row.action,
    target: row.target,
    namespace: row.namespace,
    details: row.details,
  }),
);

/** In the transaction of what it tells of. What Hangar does by itself, for nobody, is not told. */
export async function writeAudit(
  tx: Connection,
  session: Session,
  by: Actor | undefined,
  { details = {}, ...note }: AuditNote,
): Promise<void> {
  if (by === undefined) return;
  await insertRow(session, tx, { ...by, ...note, details: JSON.stringify(details) });
}

export async function listAudit(
  { db }: Session,
  { keyId, action, target, since, limit, cursor }: AuditFilter,
): Promise<{ entries: AuditRecord[]; next: string | null }> {
  let query = db.selectFrom("audit").selectAll();
  if (keyId !== undefined) query = query.where("key_id", "=", keyId);
  if (action !== undefined) query = query.where("action", "=", action);
  if (target !== undefined) query = query.where("target", "=", target);
  if (since !== undefined) query = query.where("at", ">=", since);
  if (cursor !== undefined) query = query.where("seq", "<", Number(cursor));
  const rows = await query
    .orderBy("seq", "desc")
    .limit(limit + 1)
    .execute();
  const entries = rows.slice(0, limit).map(toRecord);
  return { entries, next: rows.length > limit ? (entries.at(-1)?.cursor ?? null) : null };
}

function toRecord(row: Selectable<Tables["audit"]>): AuditRecord {
  const { seq, at, action, target, namespace, address } = row;
  return {
    cursor: String(seq),
    at,
    keyId: row.key_id,
    keyName: row.key_name,
    ...{ address, action, target, namespace },
    details: JSON.parse(row.details),
  };
}

/** One batch a statement, so that nobody waits long for it. */
export async function forgetAudit({ db, dialect }: Session, keepMs: number): Promise<void> {
  for (;;) {
    const { numDeletedRows } = await db
      .deleteFrom("audit")
      .where("seq", "in", (eb) =>
        eb
          .selectFrom("audit")
          .select("seq")
          .where(sql<boolean>`at < ${dialect.now} - ${keepMs}`)
          .orderBy("at")
          .limit(CLEANUP_BATCH),
      )
      .executeTakeFirst();
    if (numDeletedRows < BigInt(CLEANUP_BATCH)) return;
  }
}
