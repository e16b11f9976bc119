import { expect, test } from "vitest";
import { freePort } from "../../../scripts/free-port.ts";
import type { Finding } from "../../../src/cli/doctor/finding.ts";
import { aDatabase, aPostgresStore } from "../../harness/postgres-database.ts";
import { runInside } from "../run-hangar.ts";

async function doctor(database: string) {
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const elsewhere = ["--url", nobody, "--data-dir", "/nowhere", "--docker-socket", "/nonexistent"];
  const { stdout } = await runInside(["doctor", "--json", "--database", database, ...elsewhere]);
  const findings: Finding[] = JSON.parse(stdout);
  return (name: string) => findings.find((each) => each.name === name);
}

test("a PostgreSQL is well with its migrations and a clock that runs true, and says what it lacks", async () => {
  const url = await aDatabase();
  const before = await doctor(url);
  expect(before("database")).toMatchObject({
    verdict: "warn",
    todo: expect.stringContaining("hangar migrate"),
  });
  await aPostgresStore(url);
  const after = await doctor(url);
  expect(after("database")).toMatchObject({ verdict: "ok" });
  expect(after("database clock")).toMatchObject({ verdict: "ok" });
});

test("a PostgreSQL that is away is a failure, and its password is not told", async () => {
  const url = `postgres://hangar:planted-password@127.0.0.1:${await freePort()}/hangar`;
  const found = (await doctor(url))("database");
  expect(found).toMatchObject({ verdict: "fail", found: expect.stringContaining("ECONNREFUSED") });
  expect(JSON.stringify(found)).not.toContain("planted-password");
});
