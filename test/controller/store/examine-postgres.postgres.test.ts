import { expect, test } from "vitest";
import { examineDatabase } from "../../../controller/doctor.ts";
import { freePort } from "../../../scripts/free-port.ts";
import { aDatabase, aPostgresStore, ask } from "../../harness/postgres-database.ts";
import { MIGRATIONS } from "./migration-names.ts";

async function examine(url: string) {
  const found = await examineDatabase("/nowhere", url);
  if (found.kind !== "postgres") throw new Error("not PostgreSQL");
  return found.facts;
}

test("an empty database wants every migration, a migrated one none, and none is applied by looking", async () => {
  const url = await aDatabase();
  for (const _ of [1, 2]) {
    await using empty = await examine(url);
    expect(empty.pending).toEqual(MIGRATIONS);
  }
  await aPostgresStore(url);
  await using full = await examine(url);
  expect(full.pending).toEqual([]);
  expect(full.version).toMatch(/^\d+/);
});

test("its clock is the server's, in epoch milliseconds", async () => {
  await using facts = await examine(await aDatabase());
  const before = Date.now();
  const now = await facts.now();
  expect(Math.abs(now - before)).toBeLessThan(2_000);
  expect(await facts.now()).toBeGreaterThanOrEqual(now);
});

test("a database of a newer Hangar is refused by name", async () => {
  const url = await aDatabase();
  await aPostgresStore(url);
  await ask(url, "insert into kysely_migration values ('0999-later', '2030-01-01')");
  await expect(examine(url)).rejects.toThrow("0999-later");
});

test("a server that is not there is an error without the password", async () => {
  const url = `postgres://hangar:planted-password@127.0.0.1:${await freePort()}/hangar`;
  const refused = await examine(url).catch((error: Error) => error.message);
  expect(refused).toContain("ECONNREFUSED");
  expect(refused).not.toContain("planted-password");
});
