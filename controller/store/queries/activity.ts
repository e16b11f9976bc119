import { sql } from "kysely";
import type { BackendId } from "../../../src/protocol/ids.ts";
import type { Connection, Session } from "../session.ts";
import type { ActivityReport } from "../store.ts";

export async function recordActivity(
  session: Session,
  proxy: string,
  reports: readonly ActivityReport[],
  complete: boolean,
): Promise<void> {
  await session.db.transaction().execute(async (tx) => {
    if (complete) await tx.deleteFrom("connections").where("proxy", "=", proxy).execute();
    for (const report of reports) await recordOne(tx, session, proxy, report);
  });
}

async function recordOne(
  tx: Connection,
  { dialect }: Session,
  proxy: string,
  { id, open, idleMs }: ActivityReport,
): Promise<void> {
  const lastActive = sql<number>`${dialect.now} - ${Math.round(idleMs)}`;
  const live = await tx
    .updateTable("backends")
    .set({ last_active_at: dialect.greatest(sql.ref("last_active_at"), lastActive) })
    .where("id", "=", id)
    .where("status", "<>", "terminated")
    .returning("id")
    .executeTakeFirst();
  if (live === undefined) return;
  await tx
    .insertInto("connections")
    .values({ proxy, backend_id: id, open, reported_at: dialect.now })
    .onConflict((conflict) =>
      conflict.columns(["proxy", "backend_id"]).doUpdateSet({ open, reported_at: dialect.now }),
    )
    .execute();
}

export async function openConnections({ db }: Session, id: BackendId): Promise<number> {
  const row = await db
    .selectFrom("connections")
    .select(({ fn }) => fn.coalesce(fn.sum<number>("open"), sql<number>`0`).as("open"))
    .where("backend_id", "=", id)
    .executeTakeFirstOrThrow();
  return Number(row.open);
}

export async function forgiveOutage({ db, dialect }: Session): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx
      .updateTable("backends")
      .set({ last_active_at: dialect.now })
      .where("status", "<>", "terminated")
      .execute();
    await tx.updateTable("connections").set({ reported_at: dialect.now }).execute();
    await tx.updateTable("drones").set({ controller: null }).execute();
  });
}
