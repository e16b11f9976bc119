import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { migrateSqlite } from "../../controller/store/open-sqlite.ts";
import type { ErrorBody } from "../../src/protocol/errors.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { aController } from "./a-controller.ts";

test("a key whose row names a backend that is not there is refused, and told of in the log", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "hangar.db");
  await migrateSqlite(path, systemClock);
  const planted = new Database(path);
  planted.exec("insert into keys values ('', 'doc', '', 'gone0000000000', 1)");
  planted.close();
  await using hangar = await aController({ dataDir: dir.path });
  await using _drone = await hangar.drone();
  const connect = (name: string) =>
    hangar.call("POST", "/v1/connect", { key: { name }, spawn: { image: "hangar/echo" } });
  const { status, body } = await connect("doc");
  expect(status).toBe(500);
  const { id } = (body as ErrorBody).error;
  const told = hangar.logLines.find((line) => line.includes(id));
  expect(told).toContain("names a backend that is not there");
  expect(told).toContain("doc");
  expect((await connect("another")).status).toBe(200);
});
