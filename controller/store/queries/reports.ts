import { sql } from "kysely";
import { type BackendState, rank } from "../../../src/protocol/backend-state.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";
import type { Connection, Session } from "../session.ts";
import type { Report } from "../store.ts";

/** A backend never goes back, and a drone speaks only for its own: both are the update's condition. */
export async function recordReport(
  session: Session,
  { drone, id, state, ageMs }: Report,
): Promise<boolean> {
  const accepted = await session.db
    .transaction()
    .execute(
      async (tx) =>
        (await advanceBackend(tx, session, { drone, id, state, ageMs })) ||
        (await moveBackend(tx, { drone, id, state })),
    );
  if (accepted) session.announce({ kind: "backend", id });
  return accepted;
}

async function advanceBackend(
  tx: Connection,
  { dialect }: Session,
  { drone, id, state, ageMs }: Report,
): Promise<boolean> {
  const { status } = state;
  // Delivered late, a state began when the drone says, but never before the one it follows.
  const at = dialect.greatest(
    sql.ref("status_at"),
    sql<number>`${dialect.now} - ${Math.round(ageMs)}`,
  );
  const row = await tx
    .updateTable("backends")
    .set({
      status,
      rank: rank(status),
      state: JSON.stringify(state),
      status_at: at,
      progress: null,
      ...(status === "ready" ? { ready_at: at } : {}),
    })
    .where("id", "=", id)
    .where("drone", "=", drone)
    .where("rank", "<", rank(status))
    .returning("status_at")
    .executeTakeFirst();
  if (row === undefined) return false;
  await insertTimelineEntry(tx, id, state, row.status_at);
  if (status === "terminated") await releaseAll(tx, id);
  return true;
}

/** A ready backend that its drone finds at another address: no new state, but proxies must know. */
async function moveBackend(
  tx: Connection,
  { drone, id, state }: Omit<Report, "ageMs">,
): Promise<boolean> {
  if (state.status !== "ready") return false;
  const moved = await tx
    .updateTable("backends")
    .set({ state: JSON.stringify(state) })
    .where("id", "=", id)
    .where("drone", "=", drone)
    .where("status", "=", "ready")
    .where("state", "<>", JSON.stringify(state))
    .returning("id")
    .executeTakeFirst();
  return moved !== undefined;
}

async function insertTimelineEntry(
  tx: Connection,
  id: BackendId,
  state: BackendState,
  at: number,
): Promise<void> {
  const { status } = state;
  await tx
    .insertInto("timeline")
    .values({ backend_id: id, status, rank: rank(status), at, state: JSON.stringify(state) })
    .execute();
}

/** What an ended backend no longer holds. Its tokens stay: who comes with one is told that it ended. */
async function releaseAll(tx: Connection, id: BackendId): Promise<void> {
  await tx.updateTable("keys").set({ backend_id: null }).where("backend_id", "=", id).execute();
  await tx.deleteFrom("actions").where("backend_id", "=", id).execute();
  await tx.deleteFrom("connections").where("backend_id", "=", id).execute();
}

/** The drone is the truth about what runs; the database is the truth about what may. */
export async function reconcile(
  session: Session,
  drone: string,
  inventory: readonly BackendId[],
): Promise<BackendId[]> {
  const { lost, disowned } = await session.db.transaction().execute(async (tx) => {
    const live = await tx
      .selectFrom("backends")
      .leftJoin("actions", (join) =>
        join
          .onRef("actions.backend_id", "=", "backends.id")
          .on("actions.verb", "=", "spawn")
          .on("actions.acked_at", "is", null),
      )
      .select(["backends.id", "actions.id as unacked_spawn"])
      .where("backends.drone", "=", drone)
      .where("backends.status", "<>", "terminated")
      .execute();
    const present = new Set(inventory);
    const lost = live
      .filter(({ id, unacked_spawn }) => !present.has(id) && unacked_spawn === null)
      .map(({ id }) => id);
    for (const id of lost) {
      const state = { status: "terminated", reason: "lost" } as const;
      await advanceBackend(tx, session, { drone, id, state, ageMs: 0 });
    }
    // Asked again of what is still there: the drone's journal, with the request in it, may be gone.
    await tx
      .updateTable("actions")
      .set({ acked_at: null })
      .where("drone", "=", drone)
      .where("verb", "<>", "spawn")
      .execute();
    const owned = new Set(live.map(({ id }) => id));
    return { lost, disowned: inventory.filter((id) => !owned.has(id)) };
  });
  for (const id of lost) session.announce({ kind: "backend", id });
  session.announce({ kind: "actions", drone });
  return disowned;
}
