import { join } from "node:path";
import { expect, test } from "vitest";
import { freePort } from "../../scripts/free-port.ts";
import { MIGRATIONS } from "../controller/store/migration-names.ts";
import { aDatabase } from "../harness/postgres-database.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { runHangar, runInside } from "./run-hangar.ts";

test("a new database takes every migration, and then there is nothing to do", async () => {
  const args = ["migrate", "--database", await aDatabase()];
  const first = await runInside([...args, "--json"]);
  expect(JSON.parse(first.stdout)).toEqual(MIGRATIONS);
  expect(JSON.parse((await runInside([...args, "--json"])).stdout)).toEqual([]);
  const third = await runInside(args);
  expect(third).toMatchObject({ code: 0 });
  expect(third.stdout).toContain("Nothing to do");
});

test("without a URL it is the file in the data dir", async () => {
  await using dir = await tempDir();
  const { stdout, code } = await runInside(["migrate", "--data-dir", join(dir.path, "new")]);
  expect(code).toBe(0);
  for (const name of MIGRATIONS) expect(stdout).toContain(name);
});

test("the password is shown nowhere, whatever goes wrong", async () => {
  const away = `postgres://hangar:planted@127.0.0.1:${await freePort()}/hangar`;
  const broken = "postgres://hangar:planted@ho st/hangar";
  const wrong = new URL(await aDatabase());
  wrong.password = "planted";
  for (const HANGAR_DATABASE of [away, broken, wrong.href]) {
    const { code, stdout, stderr } = await runHangar(["--debug", "migrate"], { HANGAR_DATABASE });
    expect(code).not.toBe(0);
    expect(stderr).not.toBe("");
    expect(stdout + stderr).not.toContain("planted");
  }
});

test("where the database is not there, it says so", async () => {
  const port = await freePort();
  const url = `postgres://hangar@127.0.0.1:${port}/hangar`;
  const { code, stderr } = await runInside(["migrate", "--database", url]);
  expect(code).toBe(1);
  expect(stderr).toContain(`127.0.0.1:${port}`);
});
