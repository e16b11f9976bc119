import { expect, test } from "vitest";
import { aDatabase } from "../../harness/postgres-database.ts";
import { askAnything } from "./any-client.ts";

test("nor does it find one where PostgreSQL keeps what it sends", async () => {
  const seen = await askAnything(25, { database: await aDatabase() });
  expect([...seen.keys()]).toEqual(expect.arrayContaining([200, 400, 404]));
}, 120_000);
