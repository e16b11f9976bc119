import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openSqlite } from "../../../controller/store/open-sqlite.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { TestClock } from "../../harness/test-clock.ts";
import { aPlan, readyDrone } from "./a-store.ts";
import { storeConformance } from "./store-conformance.ts";

describe("the SQLite store", () => {
  storeConformance((clock) => openSqlite(":memory:", clock));
});

test("a file is readable by its owner only, and what was committed is there again", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "hangar.db");
  const plan = aPlan({ name: "doc" });
  {
    await using store = await openSqlite(path, new TestClock());
    await readyDrone(store, plan.drone);
    await store.spawn(plan);
  }
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await using again = await openSqlite(path, new TestClock());
  const holder = await again.findKeyHolder({ namespace: "", name: "doc" });
  expect(holder?.id).toBe(plan.spec.backend_id);
});

test("a connection token is not in the file", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "hangar.db");
  const token = "hct_planted";
  {
    await using store = await openSqlite(path, new TestClock());
    const grant = { token, secret: "s", user: null, auth: {}, ttlMs: 1_000 };
    await readyDrone(store, "dr-one");
    await store.spawn(aPlan({ token: grant }));
  }
  expect(readFileSync(path).includes(token)).toBe(false);
});

test("what a spawn carried is in no file once it was begun and the store was tidied", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "hangar.db");
  await using store = await openSqlite(path, new TestClock());
  const plan = aPlan();
  plan.spec.env = { PASSWORD: "planted-secret".repeat(1_000) };
  await readyDrone(store, plan.drone);
  await store.spawn(plan);
  const id = plan.spec.backend_id;
  await store.recordReport({ drone: plan.drone, id, state: { status: "starting" }, ageMs: 0 });
  await store.tidy(0);
  const files = readdirSync(dir.path).map((name) => readFileSync(join(dir.path, name)));
  expect(files.some((file) => file.includes("planted-secret"))).toBe(false);
});
