import { type RawBuilder, sql } from "kysely";
import type { BackendState, Status } from "../../../src/protocol/backend-state.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";
import { isEnding, rank } from "../../../src/protocol/statuses.ts";
import { type Blanks, prepared } from "../prepared.ts";
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
  const { status } = state;
  const move = status === "ready" ? becomeReady : isEnding(status) ? beginEnding : moveOn;
  const [row] = await move(session, tx, {
    id,
    drone,
    status,
    rank: rank(status),
    state: JSON.stringify(state),
    ageMs: Math.round(ageMs),
  });
  if (row === undefined) return false;
  await insertTimelineEntry(tx, session, id, state, row.status_at);
  if (status === "terminated") {
    await releaseAll(tx, id);
    await releaseRoom(tx, drone, { millicpus: row.millicpus, memoryBytes: row.memory_bytes });
  } else if (rank(status) >= rank("starting")) {
    await forgetSpec(session, tx, { id });
  }
  return true;
}

interface Move {
  id: BackendId;
  drone: string;
  status: Status;
  rank: number;
  state: string;
  ageMs: number;
}

const moveOn = prepared((session, move: Blanks<Move>) => moved(session, move, () => ({})));
const beginEnding = prepared((session, move: Blanks<Move>) =>
  moved(session, move, () => ({ idle_due_at: null })),
);
const becomeReady = prepared((session, move: Blanks<Move>) =>
  moved(session, move, (at) => ({ ready_at: at, idle_due_at: idleDue(session.dialect, at) })),
);

function moved(
  { db, dialect }: Session,
  { id, drone, status, rank, state, ageMs }: Blanks<Move>,
  also: (at: RawBuilder<number>) => object,
) {
  // Delivered late, a state began when the drone says, but never before the one it follows.
  const at = dialect.greatest(
    sql.ref("status_at"),
    sql<number>`${dialect.now} - cast(${ageMs} as bigint)`,
  );
  return db
    .updateTable("backends")
    .set({ status, rank, state, status_at: at, progress: null, ...also(at) })
    .where("id", "=", id)
    .where("drone", "=", drone)
    .where("rank", "<", rank)
    .returning(["status_at", "millicpus", "memory_bytes"]);
}

export async function insertTimelineEntry(
  tx: Connection,
  session: Session,
  id: BackendId,
  state: BackendState,
  at: number,
): Promise<void> {
  const { status } = state;
  const entry = { id, status, rank: rank(status), at, state: JSON.stringify(state) };
  await insertEntry(session, tx, entry);
}

interface Entry {
  id: BackendId;
  status: Status;
  rank: number;
  at: number;
  state: string;
}

const insertEntry = prepared(({ db }, { id, status, rank, at, state }: Blanks<Entry>) =>
  db.insertInto("timeline").values({ backend_id: id, status, rank, at, state }),
);

/** What an ended backend no longer holds. Its tokens stay: who comes with one is told that it ended. */
async function releaseAll(tx: Connection, id: BackendId): Promise<void> {
  await tx.updateTable("keys").set({ backend_id: null }).where("backend_id", "=", id).execute();
  await tx.deleteFrom("actions").where("backend_id", "=", id).execute();
  await tx.deleteFrom("connections").where("backend_id", "=", id).execute();
}

/** Its drone is about to start it: the secrets in the spec are no longer needed here. */
const forgetSpec = prepared(({ db }, { id }: Blanks<{ id: BackendId }>) =>
  db
    .updateTable("actions")
    .set(({ fn, ref }) => ({
      spec: null,
      acked_at: fn.coalesce("acked_at", ref("created_at")),
    }))
    .where("backend_id", "=", id)
    .where("verb", "=", "spawn")
    .where("spec", "is not", null),
);
