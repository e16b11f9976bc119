import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject, onTestFinished } from "vitest";
import { openPostgres } from "../../controller/store/open-postgres.ts";
import type { Store } from "../../controller/store/store.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { recordingLog } from "./recording-log.ts";
import type { TestClock } from "./test-clock.ts";

/** Runs one statement on a connection of its own. */
export async function ask<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** The URL of a new database, empty or as another one is; gone after the test. */
export async function aDatabase(template?: string): Promise<string> {
  const name = await createDatabase(template);
  onTestFinished(() => dropDatabase(name));
  return urlOf(name);
}

export async function createDatabase(template = "template1"): Promise<string> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  const server = inject("postgresUrl");
  const [{ version = 0 } = {}] = await ask<{ version: number }>(
    server,
    "select current_setting('server_version_num')::int as version",
  );
  // Quicker than by way of the log, which became the default together with the choice.
  const how = version >= 150_000 ? "strategy file_copy" : "";
  await ask(server, `create database ${name} template ${template} ${how}`);
  return name;
}

export async function dropDatabase(name: string): Promise<void> {
  await ask(inject("postgresUrl"), `drop database ${name} with (force)`);
}

export function urlOf(database: string): string {
  const url = new URL(inject("postgresUrl"));
  url.pathname = `/${database}`;
  return url.href;
}

/** A store on a database, until the test is over. */
export async function aPostgresStore(url: string): Promise<Store> {
  const { log } = recordingLog();
  const store = await openPostgres({ clock: systemClock, log }, { url });
  onTestFinished(() => store[Symbol.asyncDispose]());
  return store;
}

let migrated: Promise<string> | undefined;

/** A database whose clock stands still where the table `test_time` says. */
async function migratedTemplate(): Promise<string> {
  const name = await createDatabase();
  const url = urlOf(name);
  const { log } = recordingLog();
  await (await openPostgres({ clock: systemClock, log }, { url }))[Symbol.asyncDispose]();
  await ask(
    url,
    `create table test_time (at bigint not null);
    insert into test_time values (0);
    create or replace function now_ms() returns bigint language sql stable
      as 'select at from test_time'`,
  );
  return name;
}

/** An empty store whose database takes its time from the clock. */
export async function clockedPostgresStore(clock: TestClock): Promise<Store> {
  migrated ??= migratedTemplate();
  const url = await aDatabase(await migrated);
  const time = new pg.Client({ connectionString: url });
  await time.connect();
  onTestFinished(() => time.end());
  let told: number | undefined;
  const tellTime = async () => {
    if (told === clock.now()) return;
    told = clock.now();
    await time.query("update test_time set at = $1", [told]);
  };
  const store = await aPostgresStore(url);
  return new Proxy(store, {
    get(target, name: keyof Store) {
      const method = target[name];
      const isQuery = typeof method === "function" && typeof name === "string";
      if (!isQuery || name === "subscribe") return method;
      return async (...args: never[]) => {
        await tellTime();
        return await (method as (...args: never[]) => unknown)(...args);
      };
    },
  });
}
