import { type RawBuilder, sql } from "kysely";
import type { StateOf } from "../../../src/protocol/backend-state.ts";
import type { ActionId, BackendId } from "../../../src/protocol/ids.ts";
import { rank } from "../../../src/protocol/statuses.ts";
import { type Connection, inTransaction, type Session } from "../session.ts";
import type { SqlDialect } from "../sql-dialect.ts";
import type { StrandedSpawn } from "../store.ts";
import { endBackend } from "./end-backend.ts";
import { lockDrone } from "./lock-drone.ts";
import { claimRoom, releaseRoom } from "./room.ts";

const MAX_AT_ONCE = 100;

type Refusals = StrandedSpawn["refusals"];

const isStranded = ({ now }: SqlDialect): RawBuilder<boolean> =>
  sql`(actions.refused_at is not null or (actions.acked_at is null and actions.begin_by_at < ${now}))`;

/** The same in halves, so that each finds its index: to look by, not to decide by. */
const looksStranded = ({ now }: SqlDialect): RawBuilder<boolean> =>
  sql`actions.seq in (
    select seq from actions where refused_at is not null
    union all select seq from actions where acked_at is null and begin_by_at < ${now})`;

export async function refuseSpawn(
  session: Session,
  drone: string,
  id: ActionId,
  because: string,
): Promise<void> {
  await inTransaction(session, async (tx) => {
    const row = await tx
      .selectFrom("actions")
      .select("backend_id")
      .where("id", "=", id)
      .where("drone", "=", drone)
      .executeTakeFirst();
    if (row === undefined) return;
    await strand(tx, session, { id: row.backend_id, drone }, because);
  });
}

/** Lets another drone have a spawn that this one will not begin. False if it has begun, or is another's. */
export async function strand(
  tx: Connection,
  { dialect }: Session,
  { id, drone }: { id: BackendId; drone: string },
  because: string,
): Promise<boolean> {
  const action = await tx
    .selectFrom("actions")
    .select(["actions.id", "actions.refusals"])
    .where("backend_id", "=", id)
    .where("drone", "=", drone)
    .where("verb", "=", "spawn")
    .where("spec", "is not", null)
    .where("refused_at", "is", null)
    .$if(dialect.locksRows, (query) => query.forUpdate())
    .executeTakeFirst();
  if (action === undefined) return false;
  await tx
    .updateTable("actions")
    .set({
      refused_at: dialect.now,
      refusals: JSON.stringify([...parsed(action.refusals), { drone, because }]),
    })
    .where("id", "=", action.id)
    .execute();
  return true;
}

function parsed(refusals: string | null): Refusals {
  return refusals === null ? [] : JSON.parse(refusals);
}

export async function strandedSpawns({ db, dialect }: Session): Promise<StrandedSpawn[]> {
  const rows = await db
    .selectFrom("actions")
    .innerJoin("backends", "backends.id", "actions.backend_id")
    .leftJoin("actions as ends", (join) =>
      join
        .onRef("ends.backend_id", "=", "backends.id")
        .onRef("ends.verb", "=", "backends.end_asked"),
    )
    .selectAll("backends")
    .select([
      "actions.id as action_id",
      "actions.refusals",
      "actions.refused_at",
      "actions.drone as asked",
      "ends.reason as end_reason",
      sql<number>`${dialect.now} - backends.created_at`.as("age"),
    ])
    .where("actions.verb", "=", "spawn")
    .where("actions.spec", "is not", null)
    .where("backends.status", "<>", "terminated")
    .where("backends.rank", "<", rank("starting"))
    .where(looksStranded(dialect))
    // By chance: as many that fit nowhere would hold up those behind them.
    .orderBy(sql`random()`)
    .limit(MAX_AT_ONCE)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    actionId: row.action_id,
    cluster: row.cluster,
    pool: row.pool,
    image: row.image,
    cpus: row.millicpus / 1_000,
    memoryBytes: row.memory_bytes,
    ageMs: row.age,
    refusals: refusalsOf(row),
    endAsked:
      row.end_asked === null
        ? null
        : {
            kind: row.end_asked,
            reason: (row.end_reason ?? "external") as NonNullable<
              StrandedSpawn["endAsked"]
            >["reason"],
          },
  }));
}

function refusalsOf(row: {
  refusals: string | null;
  refused_at: number | null;
  asked: string;
}): Refusals {
  const told = parsed(row.refusals);
  return row.refused_at === null
    ? [...told, { drone: row.asked, because: "did not acknowledge it in time" }]
    : told;
}

class NotMoved extends Error {}

export async function moveSpawn(
  session: Session,
  spawn: StrandedSpawn,
  drone: string,
  beginWindowMs: number,
): Promise<boolean> {
  try {
    await inTransaction(session, (tx) => move(tx, session, spawn, { drone, beginWindowMs }));
  } catch (error) {
    if (error instanceof NotMoved) return false;
    throw error;
  }
  session.announce({ kind: "backend", id: spawn.id });
  session.announce({ kind: "actions", drone });
  return true;
}

async function move(
  tx: Connection,
  session: Session,
  spawn: StrandedSpawn,
  { drone, beginWindowMs }: { drone: string; beginWindowMs: number },
): Promise<void> {
  const asked = await ownerOf(tx, spawn.id);
  // In one order, so that two moves between the same drones do not wait for each other.
  for (const name of [...new Set([asked, drone])].sort()) await lockDrone(tx, session, name);
  await lockBackend(tx, session, spawn.id);
  const action = await tx
    .deleteFrom("actions")
    .where("id", "=", spawn.actionId)
    .where("drone", "=", asked)
    .where("spec", "is not", null)
    .where(isStranded(session.dialect))
    .returningAll()
    .executeTakeFirst();
  if (action === undefined) throw new NotMoved();
  const backend = await tx
    .updateTable("backends")
    .set(({ eb, selectFrom }) => ({
      drone,
      lease_ends_at: eb
        .case()
        .when("lease_ends_at", "is", null)
        .then(null)
        .else(selectFrom("drones").select("lease_expires_at").where("name", "=", drone))
        .end(),
    }))
    .where("id", "=", spawn.id)
    .where("drone", "=", asked)
    .where("rank", "<", rank("starting"))
    .where("end_asked", "is", null)
    .returning(["millicpus", "memory_bytes"])
    .executeTakeFirst();
  if (backend === undefined) throw new NotMoved();
  const room = { millicpus: backend.millicpus, memoryBytes: backend.memory_bytes };
  await releaseRoom(tx, asked, room);
  const begin = await claimRoom(tx, session, drone, room, beginWindowMs);
  if (begin === undefined) throw new NotMoved();
  const { seq: _, refused_at: __, ...kept } = action;
  await tx
    .insertInto("actions")
    .values({
      ...kept,
      ...begin,
      id: nextId(action.id),
      drone,
      acked_at: null,
      refusals: JSON.stringify(spawn.refusals),
    })
    .execute();
}

async function ownerOf(tx: Connection, id: BackendId): Promise<string> {
  const row = await tx
    .selectFrom("backends")
    .select("drone")
    .where("id", "=", id)
    .executeTakeFirst();
  if (row === undefined) throw new NotMoved();
  return row.drone;
}

/** Before its action, as a report does. */
async function lockBackend(tx: Connection, { dialect }: Session, id: BackendId): Promise<void> {
  if (!dialect.locksRows) return;
  await tx.selectFrom("backends").select("id").where("id", "=", id).forUpdate().execute();
}

/** `<backend>.spawn`, `<backend>.spawn-2`, …: a drone tells one asking from the next. */
function nextId(id: ActionId): ActionId {
  const [verb = "", count = "1"] = id.split("-");
  return `${verb}-${Number(count) + 1}` as ActionId;
}

export async function abandonSpawn(
  session: Session,
  { id, actionId }: StrandedSpawn,
  end: StateOf<"terminated">,
): Promise<void> {
  const ended = await inTransaction(session, async (tx) => {
    const action = await tx
      .selectFrom("actions")
      .select("drone")
      .where("id", "=", actionId)
      .executeTakeFirst();
    if (action === undefined) return false;
    await lockDrone(tx, session, action.drone);
    await lockBackend(tx, session, id);
    const stillStranded = await tx
      .deleteFrom("actions")
      .where("id", "=", actionId)
      .where(isStranded(session.dialect))
      .returning("id")
      .executeTakeFirst();
    return (
      stillStranded !== undefined &&
      (await endBackend(tx, session, { id, drone: action.drone }, end))
    );
  });
  if (ended) session.announce({ kind: "backend", id });
}
