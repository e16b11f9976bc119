import { sql } from "kysely";
import type { BackendId } from "../../../src/protocol/ids.ts";
import { rank } from "../../../src/protocol/statuses.ts";
import type { Actor } from "../access-store.ts";
import type { FencedDrone, LeaseAnswer, LeaseRequest } from "../fleet-store.ts";
import { type Connection, inTransaction, type Session } from "../session.ts";
import { after } from "../sql-dialect.ts";
import type { LeaseRecord } from "../store.ts";
import { writeAudit } from "./audit.ts";
import { endBackend } from "./end-backend.ts";
import { lockDrone } from "./lock-drone.ts";
import { strand } from "./stranded.ts";

export function renewLease(
  session: Session,
  { drone, session: droneSession, backendIds, expiryMs }: LeaseRequest,
): Promise<LeaseAnswer | "session-over" | "not-judged-yet"> {
  return inTransaction(session, async (tx) => {
    const row = await lockDrone(tx, session, drone);
    if (row?.session !== droneSession) return "session-over";
    if (row.lease_expires_at !== null && row.lease_expires_at <= row.now) return "not-judged-yet";
    await tx
      .updateTable("drones")
      .set({
        // Never earlier than was granted: this answer may be lost, and then the drone goes by the last.
        lease_expires_at: session.dialect.greatest(
          sql`coalesce(lease_expires_at, 0)`,
          after(session.dialect, expiryMs),
        ),
      })
      .where("name", "=", drone)
      .execute();
    return await sort(tx, drone, backendIds);
  });
}

/** Which of them keep the lease that they have, and which are not this drone's at all. */
async function sort(
  tx: Connection,
  drone: string,
  backendIds: readonly BackendId[],
): Promise<LeaseAnswer> {
  const rows = await tx
    .selectFrom("backends")
    .select(["id", "lease_ends_at"])
    .where("drone", "=", drone)
    .where("status", "<>", "terminated")
    .execute();
  const own = new Map(rows.map((row) => [row.id, row.lease_ends_at]));
  return {
    refused: backendIds.filter((id) => typeof own.get(id) === "number"),
    disowned: backendIds.filter((id) => !own.has(id)),
  };
}

/** Not its time but the moment asked about decides: the caller has made sure that this one is true. */
export async function fenceLapsed(session: Session, asOf: number): Promise<FencedDrone[]> {
  const { db } = session;
  const fenced: FencedDrone[] = [];
  const lapsed = await db
    .selectFrom("drones")
    .select("name")
    .where("lease_expires_at", "<", asOf)
    .execute();
  for (const { name } of lapsed) {
    const backendIds = await fence(session, name, asOf);
    if (backendIds !== undefined) fenced.push({ drone: name, backendIds });
  }
  const revoked = await db
    .selectFrom("backends")
    .select(["id", "drone"])
    .where("status", "<>", "terminated")
    .where("lease_ends_at", "<", asOf)
    .execute();
  for (const { id, drone } of revoked) {
    const ended = await inTransaction(session, async (tx) => {
      await lockDrone(tx, session, drone);
      const expired = { status: "terminated", reason: "keyexpired" } as const;
      return await endBackend(tx, session, { id, drone }, expired);
    });
    if (ended) fenced.push({ drone, backendIds: [id] });
  }
  for (const { backendIds } of fenced) {
    for (const id of backendIds) session.announce({ kind: "backend", id });
  }
  return fenced;
}

async function fence(
  session: Session,
  drone: string,
  asOf: number,
): Promise<BackendId[] | undefined> {
  return await inTransaction(session, async (tx) => {
    const row = await lockDrone(tx, session, drone);
    if (row === undefined || row.lease_expires_at === null) return undefined;
    return row.lease_expires_at < asOf ? await lapse(tx, session, drone) : undefined;
  });
}

/**
 * The drone's lease is over: what it had begun has ended, and what it had not goes to another. The
 * caller has locked its row. Returns what has ended.
 */
async function lapse(tx: Connection, session: Session, drone: string): Promise<BackendId[]> {
  await tx
    .updateTable("drones")
    .set({ lease_expires_at: null })
    .where("name", "=", drone)
    .execute();
  const live = await tx
    .selectFrom("backends")
    .select(["id", "rank"])
    .where("drone", "=", drone)
    .where("status", "<>", "terminated")
    .execute();
  const ended: BackendId[] = [];
  for (const { id, rank: reached } of live) {
    const notBegun = reached < rank("starting");
    if (notBegun && (await strand(tx, session, { id, drone }, "its lease has ended"))) continue;
    if (await endBackend(tx, session, { id, drone }, { status: "terminated", reason: "lost" })) {
      ended.push(id);
    }
  }
  return ended;
}

export async function preventRenew(session: Session, id: BackendId, by?: Actor): Promise<boolean> {
  const owner = await session.db
    .selectFrom("backends")
    .select("drone")
    .where("id", "=", id)
    .executeTakeFirst();
  if (owner === undefined) return false;
  return await inTransaction(session, async (tx) => {
    const drone = await lockDrone(tx, session, owner.drone);
    const live = await tx
      .selectFrom("backends")
      .select(["lease_ends_at", "namespace"])
      .where("id", "=", id)
      .where("drone", "=", owner.drone)
      .where("status", "<>", "terminated")
      .executeTakeFirst();
    if (live === undefined || live.lease_ends_at !== null) return live !== undefined;
    const row = await tx
      .updateTable("backends")
      .set({ lease_ends_at: drone?.lease_expires_at ?? session.dialect.now })
      .where("id", "=", id)
      .where("drone", "=", owner.drone)
      .where("lease_ends_at", "is", null)
      .where("status", "<>", "terminated")
      .returning("namespace")
      .executeTakeFirst();
    if (row === undefined) return false;
    const { namespace } = row;
    await writeAudit(tx, session, by, { action: "backend.prevent-renew", target: id, namespace });
    return true;
  });
}

export async function leaseOf({ db }: Session, id: BackendId): Promise<LeaseRecord | null> {
  const row = await db
    .selectFrom("backends")
    .leftJoin("drones", "drones.name", "backends.drone")
    .select(["backends.lease_ends_at", "drones.lease_expires_at"])
    .where("backends.id", "=", id)
    .where("backends.status", "<>", "terminated")
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    expiresAt: row.lease_ends_at ?? row.lease_expires_at,
    renewable: row.lease_ends_at === null,
  };
}
