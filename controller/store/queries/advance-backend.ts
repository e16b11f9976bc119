import { sql } from "kysely";
import { type BackendState, isEnding, rank } from "../../../src/protocol/backend-state.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";
import type { Connection, Session } from "../session.ts";
import type { Report } from "../store.ts";
import { idleDue } from "./idle-due.ts";
import { releaseRoom } from "./room.ts";

/** False if this is not its drone, or it has got so far already. */
export async function advanceBackend(
  tx: Connection,
  session: Session,
  { drone, id, state, ageMs }: Report,
): Promise<boolean> {
  const { dialect } = session;
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
      ...(status === "ready" ? { ready_at: at, idle_due_at: idleDue(dialect, at) } : {}),
      ...(isEnding(status) ? { idle_due_at: null } : {}),
    })
    .where("id", "=", id)
    .where("drone", "=", drone)
    .where("rank", "<", rank(status))
    .returning(["status_at", "millicpus", "memory_bytes"])
    .executeTakeFirst();
  if (row === undefined) return false;
  await insertTimelineEntry(tx, id, state, row.status_at);
  if (status === "terminated") {
    await releaseAll(tx, id);
    await releaseRoom(tx, drone, { millicpus: row.millicpus, memoryBytes: row.memory_bytes });
  } else if (rank(status) >= rank("starting")) {
    await forgetSpec(tx, id);
  }
  return true;
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

/** Its drone is about to start it: the secrets in the spec are no longer needed here. */
async function forgetSpec(tx: Connection, id: BackendId): Promise<void> {
  await tx
    .updateTable("actions")
    .set(({ fn, ref }) => ({
      spec: null,
      acked_at: fn.coalesce("acked_at", ref("created_at")),
    }))
    .where("backend_id", "=", id)
    .where("verb", "=", "spawn")
    .where("spec", "is not", null)
    .execute();
}
