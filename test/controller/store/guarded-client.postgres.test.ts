import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { openPool } from "../../../controller/store/postgres/postgres-pool.ts";
import { aDatabase, ask } from "../../harness/postgres-database.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { waitFor } from "../../harness/wait-for.ts";

test("a statement that is given up for another's sake is done all the same, once", async () => {
  const url = await aDatabase();
  const pool = openPool(recordingLog(), { url, size: 1, statementTimeoutMs: undefined });
  const db = new Kysely({ dialect: new PostgresDialect({ pool }) });
  onTestFinished(() => db.destroy());
  await ask(
    url,
    "create table sums (id integer, sum integer); insert into sums values (2, 0), (1, 0)",
  );
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  onTestFinished(() => other.end());
  // So that it is not the other one that is given up.
  await other.query("set deadlock_timeout = '60s'");
  await other.query("begin");
  await other.query("update sums set sum = sum + 10 where id = 1");
  const both = sql`update sums set sum = sum + 1`.execute(db);
  await waitFor("the statement to wait", async () => {
    const waiting = await ask(
      url,
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return waiting.length > 0;
  });
  await other.query("update sums set sum = sum + 10 where id = 2");
  await other.query("commit");
  await both;
  const deadlocks = await waitFor("the count of deadlocks", async () => {
    const [row] = await ask<{ deadlocks: string }>(
      url,
      "select deadlocks from pg_stat_database where datname = current_database()",
    );
    return Number(row?.deadlocks);
  });
  expect(deadlocks).toBeGreaterThan(0);
  expect(await ask(url, "select id, sum from sums order by id")).toEqual([
    { id: 1, sum: 11 },
    { id: 2, sum: 11 },
  ]);
});
