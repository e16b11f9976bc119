import { type Kysely, sql } from "kysely";
import type { Clock } from "../../../src/shared/clock.ts";
import { DatabaseAway } from "../database-away.ts";
import { lastEvent } from "../queries/events.ts";
import type { Tables } from "../tables.ts";

const LOOK_MS = 5;
/** A controller's transactions take milliseconds; who sits on one is cut off after 10 s. */
const PATIENCE_MS = 5_000;

/**
 * The last place of the timeline before which nothing can come any more. Rows get their places before
 * they are committed, so a later one may be seen first. Whoever has got a place holds the lock that
 * writing takes on the table until its row can be seen or never will be: so once all have gone that
 * held it after the last row was seen, all before that row is there. Other databases' transactions
 * do not count, as they would against a snapshot's horizon.
 */
export async function settledEvents(db: Kysely<Tables>, clock: Clock): Promise<number> {
  const last = await lastEvent({ db });
  const deadlineMs = clock.monotonicMs() + PATIENCE_MS;
  let writers = await writersOf(db);
  while (writers.length > 0) {
    await clock.sleep(LOOK_MS);
    const now = new Set(await writersOf(db));
    writers = writers.filter((writer) => now.has(writer));
    // Judged by what was just seen: this reader may itself have waited long for its connection.
    if (writers.length > 0 && clock.monotonicMs() > deadlineMs) {
      throw new DatabaseAway(new Error("somebody has been writing events for too long"));
    }
  }
  return last;
}

async function writersOf(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ writer: string }>`
    select virtualtransaction as writer from pg_locks
    where relation = 'timeline'::regclass and mode = 'RowExclusiveLock' and granted
      and database = (select oid from pg_database where datname = current_database())`.execute(db);
  return rows.map(({ writer }) => writer);
}
