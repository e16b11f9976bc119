import { expect, test } from "vitest";
import { startController } from "../../../controller/index.ts";
import { migratePostgres, openPostgres } from "../../../controller/store/open-postgres.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { aDatabase, aPostgresStore, ask } from "../../harness/postgres-database.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { readyDrone } from "./a-store.ts";
import { MIGRATIONS } from "./migration-names.ts";

test("of five that start at once on an empty database one migrates it, and all of them work", async () => {
  const url = await aDatabase();
  const deps = recordingLog();
  const applied = await Promise.all(Array.from({ length: 5 }, () => migratePostgres(deps, url)));
  expect(applied.flat().sort()).toEqual(MIGRATIONS);
  const stores = await Promise.all(Array.from({ length: 5 }, () => aPostgresStore(url)));
  await Promise.all(stores.map((store, index) => readyDrone(store, `dr-${index}`)));
  expect(await stores[0]?.listDrones()).toHaveLength(5);
});

test("five controllers with data dirs of their own start at once on an empty database", async () => {
  const database = await aDatabase();
  const { log } = recordingLog();
  const start = async () => {
    const dir = await tempDir();
    const config = { host: "127.0.0.1", port: 0, cluster: "localhost:9090", dataDir: dir.path };
    const controller = await startController({ clock: systemClock, log }, { ...config, database });
    return { controller, dir };
  };
  const started = await Promise.all(Array.from({ length: 5 }, start));
  for (const { controller } of started) {
    for (const { controller: other } of started) {
      const headers = { authorization: `Bearer ${other.keys.admin}` };
      const answer = await fetch(`${controller.url}/v1/drones`, { headers });
      expect(answer.status).toBe(200);
    }
  }
  for (const { controller, dir } of started) {
    await controller[Symbol.asyncDispose]();
    await dir[Symbol.asyncDispose]();
  }
});

test("a database of a newer Hangar is refused by name, and left as it is", async () => {
  const url = await aDatabase();
  await aPostgresStore(url);
  await ask(url, "insert into kysely_migration values ('0999-later', '2030-01-01')");
  const { log } = recordingLog();
  await expect(openPostgres({ clock: systemClock, log }, { url })).rejects.toThrow(
    /newer Hangar.*0999-later/,
  );
  expect(await ask(url, "select name from kysely_migration")).toHaveLength(MIGRATIONS.length + 1);
});

test("a migration that fails leaves nothing behind", async () => {
  const url = await aDatabase();
  await ask(url, "create table timeline (mine text)");
  await expect(migratePostgres(recordingLog(), url)).rejects.toThrow("cannot migrate");
  const tables = await ask<{ name: string }>(
    url,
    "select table_name as name from information_schema.tables where table_schema = 'public'",
  );
  const names = tables.map(({ name }) => name).filter((name) => !name.startsWith("kysely_"));
  expect(names).toEqual(["timeline"]);
});
