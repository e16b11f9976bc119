import { join } from "node:path";
import Database from "better-sqlite3";
import { Kysely, PostgresDialect, sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import { isDatabaseAway } from "../../../controller/store/database-away.ts";
import { openSqlite } from "../../../controller/store/open-sqlite.ts";
import { openPool } from "../../../controller/store/postgres/postgres-pool.ts";
import { freePort } from "../../../scripts/free-port.ts";
import { startPostgres } from "../../../scripts/postgres.ts";
import { aDatabase, aPostgresStore, ask } from "../../harness/postgres-database.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { TestClock } from "../../harness/test-clock.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { aPlan, readyDrone, spawned } from "./a-store.ts";

async function ownServer() {
  const server = await startPostgres({ durable: false });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

/** A few connections without a store. */
function aPool(url: string, size: number, statementTimeoutMs = 300) {
  const { log, lines } = recordingLog();
  const pool = openPool({ log }, { url, size, statementTimeoutMs });
  const db = new Kysely<Record<string, never>>({ dialect: new PostgresDialect({ pool }) });
  onTestFinished(() => db.destroy());
  return { db, lines };
}

const problemOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

test("a database that was killed is away at once, and back as soon as it runs", async () => {
  const server = await ownServer();
  const store = await aPostgresStore(server.url());
  await readyDrone(store, "dr-one");
  const id = await spawned(store);
  await server.kill9();
  const began = performance.now();
  const problems = await Promise.all([
    problemOf(store.spawn(aPlan())),
    problemOf(store.getBackend(id)),
    problemOf(store.ping()),
  ]);
  expect(problems.map(isDatabaseAway)).toEqual([true, true, true]);
  expect(performance.now() - began).toBeLessThan(4_000);
  await server.restart();
  expect((await store.getBackend(id))?.id).toBe(id);
  await spawned(store);
});

test("a database that stands still is away within seconds, and half-done work is not done later", async () => {
  const server = await ownServer();
  const { db } = aPool(server.url(), 2);
  await sql`create table notes (note text)`.execute(db);
  const began = performance.now();
  const problem = await problemOf(
    db.transaction().execute(async (tx) => {
      await sql`insert into notes values ('half')`.execute(tx);
      server.pause();
      await sql`insert into notes values ('rest')`.execute(tx);
    }),
  );
  expect(isDatabaseAway(problem)).toBe(true);
  expect(isDatabaseAway(await problemOf(sql`select 1`.execute(db)))).toBe(true);
  expect(performance.now() - began).toBeLessThan(10_000);
  server.resume();
  await waitFor("it to answer", () => sql`select 1`.execute(db).catch(() => undefined));
  for (let round = 0; round < 4; round += 1) {
    await db.transaction().execute((tx) => sql`insert into notes values ('whole')`.execute(tx));
  }
  const { rows } = await sql<{ note: string }>`select distinct note from notes`.execute(db);
  expect(rows).toEqual([{ note: "whole" }]);
});

test("a lent connection that is cut between two statements ends nothing but its transaction", async () => {
  const url = await aDatabase();
  const { db } = aPool(url, 1);
  const problem = await problemOf(
    db.transaction().execute(async (tx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
      await ask(url, "select pg_terminate_backend($1)", [rows[0]?.pid]);
      await waitFor("the end of the connection", async () => {
        const alive = await ask(url, "select 1 from pg_stat_activity where pid = $1", [
          rows[0]?.pid,
        ]);
        return alive.length === 0;
      });
      await sql`select 1`.execute(tx);
    }),
  );
  expect(isDatabaseAway(problem)).toBe(true);
  await sql`select 1`.execute(db);
});

test("who finds no free connection is told so in time", async () => {
  const { db } = aPool(await aDatabase(), 1, 20_000);
  const slow = sql`select pg_sleep(8)`.execute(db);
  const began = performance.now();
  expect(isDatabaseAway(await problemOf(sql`select 1`.execute(db)))).toBe(true);
  expect(performance.now() - began).toBeLessThan(7_000);
  await slow;
});

test("what the database is asked wrongly is no outage, and the connection goes on", async () => {
  const { db } = aPool(await aDatabase(), 1);
  const pid = async () =>
    (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)).rows[0]?.pid;
  const before = await pid();
  const problem = await problemOf(sql`select nothing`.execute(db));
  expect(problem).toBeInstanceOf(Error);
  expect(isDatabaseAway(problem)).toBe(false);
  expect(isDatabaseAway(await problemOf(sql`select pg_sleep(1)`.execute(db)))).toBe(true);
  expect(await pid()).toBe(before);
});

test("a commit of what had failed before is an error and not silence", async () => {
  const { db } = aPool(await aDatabase(), 1);
  const problem = await problemOf(
    db.transaction().execute(async (tx) => {
      await problemOf(sql`select nothing`.execute(tx));
    }),
  );
  expect(problem).toBeInstanceOf(Error);
  expect(isDatabaseAway(problem)).toBe(false);
});

test("neither a host that is not there nor a wrong password shows the password", async () => {
  const wrong = new URL(await aDatabase());
  wrong.password = "planted";
  for (const url of [wrong.href, `postgres://hangar:planted@127.0.0.1:${await freePort()}/x`]) {
    const { db, lines } = aPool(url, 1);
    const problem = await problemOf(sql`select 1`.execute(db));
    expect(isDatabaseAway(problem)).toBe(true);
    expect(JSON.stringify(problem) + String((problem as Error).stack)).not.toContain("planted");
    expect(lines.join("")).not.toContain("planted");
  }
});

test("a file that another process keeps locked is a database that is away", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "hangar.db");
  await using store = await openSqlite(path, new TestClock());
  const other = new Database(path);
  onTestFinished(() => void other.close());
  other.exec("begin immediate");
  expect(isDatabaseAway(await problemOf(readyDrone(store, "dr-one")))).toBe(true);
  other.exec("commit");
  await readyDrone(store, "dr-one");
});
