import type { BackendId } from "../../../src/protocol/ids.ts";
import type { Clock } from "../../../src/shared/clock.ts";
import type { Change } from "../store.ts";

export type Query = <Row>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

/** Where a round of reading ended. */
interface Mark {
  /** By this process's clock. */
  reachedMs: number;
  /** By the database's clock. */
  at: number;
  seq: number;
}

/** Rows get their numbers before they are committed: each round looks back so far for late ones. */
const LOOK_BACK_MS = 15_000;
/** What was on its way when this process began to look. */
const LOOK_BACK_ROWS = 1_000;
const PAGE = 1_000;
/** Beyond it some changes are told twice, which does no harm. */
const MAX_REMEMBERED = 200_000;

const NOW = "select now_ms() as at";
const LAST = "select coalesce(max(seq), 0) as seq from timeline";
export const TIMELINE = "select seq, backend_id from timeline where seq > $1 order by seq limit $2";
export const MOVED = `select id, moved_at from backends
  where moved_at >= $1 and (moved_at, id) > ($1, $2) order by moved_at, id limit $3`;
export const REVOKED = `select seq, revoked_at from revocations
  where revoked_at >= $1 and (revoked_at, seq) > ($1, $2) order by revoked_at, seq limit $3`;
/** From one drone to the next, however many actions wait for each. */
export const WAITING = `with recursive waiting as (
    (select drone from actions where acked_at is null and refused_at is null order by drone limit 1)
    union all
    select (select drone from actions where acked_at is null and refused_at is null
        and drone > waiting.drone order by drone limit 1)
      from waiting where waiting.drone is not null)
  select drone from waiting where drone is not null`;

/** Reads from the tables what has changed, for whom the news of it may not have reached. */
export class Replay {
  readonly #clock: Clock;
  readonly #marks: Mark[] = [];
  /** What was told already of that which is read again: rows of the timeline, and moves. */
  readonly #told = new Map<number | string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The first time nothing: who has just begun knows nothing yet that could be out of date. */
  async *missed(query: Query): AsyncGenerator<Change> {
    const [{ at = 0 } = {}] = await query<{ at: number }>(NOW);
    const from = this.#from();
    if (from === undefined) {
      const [{ seq = 0 } = {}] = await query<{ seq: number }>(LAST);
      this.#mark(at, Math.max(0, seq - LOOK_BACK_ROWS));
      return;
    }
    let seq = from.seq;
    for await (const rows of this.#timeline(query, from.seq)) {
      const fresh = rows.filter((row) => this.#isNew(row.seq, at));
      for (const id of new Set(fresh.map((row) => row.backend_id))) yield { kind: "backend", id };
      seq = rows.at(-1)?.seq ?? seq;
    }
    for await (const { id, moved_at } of this.#moved(query, from.at - LOOK_BACK_MS)) {
      if (this.#isNew(`${id}@${moved_at}`, at)) yield { kind: "backend", id };
    }
    for await (const { seq: revoked } of this.#revoked(query, from.at - LOOK_BACK_MS)) {
      if (this.#isNew(`revocation ${revoked}`, at)) yield { kind: "revocation", seq: revoked };
    }
    for (const { drone } of await query<{ drone: string }>(WAITING)) {
      yield { kind: "actions", drone };
    }
    this.#mark(at, seq);
  }

  async *#timeline(query: Query, from: number) {
    let after = from;
    for (;;) {
      const rows = await query<{ seq: number; backend_id: BackendId }>(TIMELINE, [after, PAGE]);
      yield rows;
      if (rows.length < PAGE) return;
      after = rows.at(-1)?.seq ?? after;
    }
  }

  async *#moved(query: Query, from: number) {
    let after: [at: number, id: string] = [from, ""];
    for (;;) {
      const rows = await query<{ id: BackendId; moved_at: number }>(MOVED, [...after, PAGE]);
      yield* rows;
      const last = rows.at(-1);
      if (rows.length < PAGE || last === undefined) return;
      after = [last.moved_at, last.id];
    }
  }

  async *#revoked(query: Query, from: number) {
    let after: [at: number, seq: number] = [from, 0];
    for (;;) {
      const rows = await query<{ seq: number; revoked_at: number }>(REVOKED, [...after, PAGE]);
      yield* rows;
      const last = rows.at(-1);
      if (rows.length < PAGE || last === undefined) return;
      after = [last.revoked_at, last.seq];
    }
  }

  /** The latest mark that is old enough, else the first. */
  #from(): Mark | undefined {
    const oldEnoughMs = this.#clock.monotonicMs() - LOOK_BACK_MS;
    while ((this.#marks[1]?.reachedMs ?? Number.POSITIVE_INFINITY) <= oldEnoughMs) {
      this.#marks.shift();
    }
    return this.#marks[0];
  }

  #mark(at: number, seq: number): void {
    this.#marks.push({ reachedMs: this.#clock.monotonicMs(), at, seq });
  }

  #isNew(what: number | string, at: number): boolean {
    if (this.#told.has(what)) return false;
    for (const [key, toldAt] of this.#told) {
      const isOld = toldAt < at - 4 * LOOK_BACK_MS;
      if (!isOld && this.#told.size < MAX_REMEMBERED) break;
      this.#told.delete(key);
    }
    this.#told.set(what, at);
    return true;
  }
}
