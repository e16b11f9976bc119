import { type RawBuilder, sql } from "kysely";
import { BEGIN_MARGIN_MS } from "../../../src/protocol/timings.ts";
import { type Blanks, prepared } from "../prepared.ts";
import type { Connection, Session } from "../session.ts";

/** What a backend takes of its drone. */
export interface Room {
  millicpus: number;
  memoryBytes: number;
}

/** Until when a drone may begin a spawn, by its own clock and by the database's. */
export interface BeginDeadline {
  begin_clock_id: string;
  begin_by_ms: number;
  begin_by_at: number;
}

/**
 * Makes room on a drone, if it may have one backend more: decided in the statement that takes it, so
 * two spawns at once never share the last place. Undefined if it is full, drains or holds no lease.
 */
export async function claimRoom(
  tx: Connection,
  session: Session,
  drone: string,
  room: Room,
  beginWindowMs: number,
): Promise<BeginDeadline | undefined> {
  const [row] = await takeRoom(session, tx, { drone, ...room, beginWindowMs });
  if (row === undefined || row.clock_id === null) return undefined;
  return { begin_clock_id: row.clock_id, begin_by_ms: row.by_ms, begin_by_at: row.by_at };
}

interface Asked extends Room {
  drone: string;
  beginWindowMs: number;
}

const takeRoom = prepared(({ db, dialect }, asked: Blanks<Asked>) => {
  const { drone, millicpus, memoryBytes, beginWindowMs } = asked;
  const { now } = dialect;
  const fits = (asked: RawBuilder<number>, promised: string, total: string): RawBuilder<boolean> =>
    sql`(cast(${asked} as bigint) = 0 or ${sql.ref(total)} is null or ${sql.ref(promised)} + ${asked} <= ${sql.ref(total)})`;
  return db
    .updateTable("drones")
    .set(({ eb }) => ({
      live_backends: eb("live_backends", "+", 1),
      promised_millicpus: eb("promised_millicpus", "+", millicpus),
      promised_memory: eb("promised_memory", "+", memoryBytes),
    }))
    .where("name", "=", drone)
    .where("draining", "=", 0)
    .where("clock_id", "is not", null)
    .where("lease_expires_at", ">", now)
    .where(sql<boolean>`(max_backends is null or live_backends < max_backends)`)
    .where(fits(millicpus, "promised_millicpus", "total_millicpus"))
    .where(fits(memoryBytes, "promised_memory", "total_memory"))
    .returning([
      "clock_id",
      sql<number>`clock_ms + (${now} - last_heartbeat_at) + ${beginWindowMs}`.as("by_ms"),
      sql<number>`${now} + ${beginWindowMs} + ${BEGIN_MARGIN_MS}`.as("by_at"),
    ]);
});

export async function releaseRoom(
  tx: Connection,
  drone: string,
  { millicpus, memoryBytes }: Room,
): Promise<void> {
  await tx
    .updateTable("drones")
    .set(({ eb }) => ({
      live_backends: eb("live_backends", "-", 1),
      promised_millicpus: eb("promised_millicpus", "-", millicpus),
      promised_memory: eb("promised_memory", "-", memoryBytes),
    }))
    .where("name", "=", drone)
    .execute();
}
