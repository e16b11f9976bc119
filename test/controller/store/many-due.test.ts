import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { migrateSqlite, openSqlite } from "../../../controller/store/open-sqlite.ts";
import { CLEANUP_BATCH } from "../../../src/protocol/timings.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { TestClock } from "../../harness/test-clock.ts";
import { aPlan, CLUSTER } from "./a-store.ts";

/** More than one statement could name. */
const MANY = 20_000;
const MAX_IDLE_MS = 1_000;

/** A ready backend for each number, all of them due by their index: those with an even number have been in use since. */
function plant(path: string, now: number): void {
  const database = new Database(path);
  const config = JSON.stringify(aPlan().config);
  database.exec(`
    with recursive numbers(n) as (select 0 union all select n + 1 from numbers where n < ${MANY - 1})
    insert into backends (id, namespace, key_name, tag, fencing_token, cluster, pool, drone, image,
      labels, access, config, status, rank, state, created_at, status_at, ready_at, last_active_at,
      max_idle_ms, idle_due_at)
    select printf('b%013d', n), '', 'key-' || n, '', 1, '${CLUSTER}', '', 'dr-one', 'i', '{}', 'token',
      '${config}', 'ready', 4, '{"status":"ready"}', 1, 1, 1,
      ${now} - (n % 2) * ${2 * MAX_IDLE_MS}, ${MAX_IDLE_MS}, n
    from numbers`);
  database.close();
}

test("where very many seem due at once, others are served between one batch and the next", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "hangar.db");
  const clock = new TestClock();
  await migrateSqlite(path, clock);
  plant(path, clock.now());
  await using store = await openSqlite(path, clock);
  let isOver = false;
  const sweeping = store.sweep(45_000).finally(() => {
    isOver = true;
  });
  let served = 0;
  for (; !isOver; served += 1) await store.ping();
  const swept = await sweeping;
  expect(served).toBeGreaterThan(MANY / CLEANUP_BATCH);
  expect(swept).toHaveLength(MANY / 2);
  expect(swept.every((id) => Number(id.slice(1)) % 2 === 1)).toBe(true);
  expect(await store.sweep(45_000)).toEqual([]);
  await clock.advance(MAX_IDLE_MS + 1);
  expect(await store.sweep(45_000)).toHaveLength(MANY / 2);
});
