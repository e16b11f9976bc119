import { sql } from "kysely";
import type { BackendId } from "../../../src/protocol/ids.ts";
import { rank } from "../../../src/protocol/statuses.ts";
import { type Connection, inTransaction, type Session } from "../session.ts";
import type { Report } from "../store.ts";
import { advanceBackend } from "./advance-backend.ts";
import { endBackend } from "./end-backend.ts";
import { lockDrone } from "./lock-drone.ts";
import { strand } from "./stranded.ts";

/** A backend never goes back, and a drone speaks only for its own: both are the update's condition. */
export async function recordReport(session: Session, report: Report): Promise<boolean> {
  const accepted = await inTransaction(session, async (tx) => {
    if (session.dialect.locksRows && report.state.status === "terminated") {
      await lockDrone(tx, session, report.drone);
    }
    return (await advanceBackend(tx, session, report)) || (await moveBackend(tx, session, report));
  });
  if (accepted) session.announce({ kind: "backend", id: report.id });
  return accepted;
}

/** A ready backend that its drone finds at another address: no new state, but proxies must know. */
async function moveBackend(
  tx: Connection,
  { dialect }: Session,
  { drone, id, state }: Omit<Report, "ageMs">,
): Promise<boolean> {
  if (state.status !== "ready") return false;
  const moved = await tx
    .updateTable("backends")
    .set({ state: JSON.stringify(state), moved_at: dialect.now })
    .where("id", "=", id)
    .where("drone", "=", drone)
    .where("status", "=", "ready")
    .where("state", "<>", JSON.stringify(state))
    .returning("id")
    .executeTakeFirst();
  return moved !== undefined;
}

/** The drone is the truth about what runs; the database is the truth about what may. */
export async function reconcile(
  session: Session,
  drone: string,
  droneSession: string,
  inventory: readonly BackendId[],
): Promise<BackendId[]> {
  const reconciled = await inTransaction(session, async (tx) => {
    const row = await lockDrone(tx, session, drone);
    // An inventory of a connection that is over may be older than what was done since.
    if (row?.session !== droneSession) return undefined;
    const live = await tx
      .selectFrom("backends")
      .leftJoin("actions", (join) =>
        join
          .onRef("actions.backend_id", "=", "backends.id")
          .on("actions.verb", "=", "spawn")
          .on("actions.spec", "is not", null),
      )
      .select(["backends.id", "backends.rank", "actions.id as spawn", "actions.acked_at"])
      .where("backends.drone", "=", drone)
      .where("backends.status", "<>", "terminated")
      .execute();
    const present = new Set(inventory);
    const lost: BackendId[] = [];
    for (const backend of live) {
      if (present.has(backend.id) || (backend.spawn !== null && backend.acked_at === null))
        continue;
      if (await isLost(tx, session, drone, backend)) lost.push(backend.id);
    }
    // Asked again of what is still there: the drone's journal, with the request in it, may be gone.
    await tx
      .updateTable("actions")
      .set({ acked_at: null })
      .where("drone", "=", drone)
      .where(sql<boolean>`verb <> 'spawn'`)
      .execute();
    const owned = new Set(live.map(({ id }) => id));
    return { lost, disowned: inventory.filter((id) => !owned.has(id)) };
  });
  if (reconciled === undefined) return [];
  for (const id of reconciled.lost) session.announce({ kind: "backend", id });
  session.announce({ kind: "actions", drone });
  return reconciled.disowned;
}

/** What its drone took and does not have is lost, unless it had not begun: then another may. */
async function isLost(
  tx: Connection,
  session: Session,
  drone: string,
  backend: { id: BackendId; rank: number },
): Promise<boolean> {
  const about = { id: backend.id, drone };
  if (backend.rank < rank("starting")) {
    if (await strand(tx, session, about, "has forgotten it")) return false;
  }
  return await endBackend(tx, session, about, { status: "terminated", reason: "lost" });
}
