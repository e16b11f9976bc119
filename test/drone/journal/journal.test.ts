import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { accepted, withState } from "../../../drone/backend/backend-record.ts";
import { Journal } from "../../../drone/journal/journal.ts";
import { newBackendId } from "../../../src/protocol/ids.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { specOf } from "../spec-of.ts";

async function openJournal() {
  const directory = await tempDir();
  const path = join(directory.path, "drone.db");
  const journal = new Journal(path);
  return {
    path,
    journal,
    async [Symbol.asyncDispose]() {
      journal[Symbol.dispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

test("only its owner can read the journal and its side files", async () => {
  await using opened = await openJournal();
  opened.journal.insert(accepted(specOf(), 1));
  const modes = ["", "-wal", "-shm"].map((side) => statSync(opened.path + side).mode & 0o777);
  expect(modes).toEqual([0o600, 0o600, 0o600]);
});

test("a backend is in the journal together with the report of its state", async () => {
  await using opened = await openJournal();
  const record = accepted(specOf(), 5);
  expect(opened.journal.insert(record)).toBe(true);
  expect(opened.journal.backends()).toEqual([record]);
  expect(opened.journal.reportsAfter(0, 10)).toEqual([
    { id: 1, backendId: record.spec.backend_id, state: { status: "loading" }, occurredAt: 5 },
  ]);
});

test("a backend is accepted once, and never again after it has ended", async () => {
  await using opened = await openJournal();
  const record = accepted(specOf(), 1);
  opened.journal.insert(record);
  expect(opened.journal.insert(record)).toBe(false);
  opened.journal.save(withState(record, { status: "terminated", reason: "exited" }, 2), 2);
  expect(opened.journal.insert(record)).toBe(false);
  expect(opened.journal.backends()).toEqual([]);
  expect(opened.journal.hasEnded(record.spec.backend_id)).toBe(true);
});

test("a refused insert leaves no report", async () => {
  await using opened = await openJournal();
  const record = accepted(specOf(), 1);
  opened.journal.insert(record);
  opened.journal.insert(record);
  expect(opened.journal.reportsAfter(0, 10)).toHaveLength(1);
});

test("reports stay, in their order, until they are acknowledged", async () => {
  await using opened = await openJournal();
  const { journal } = opened;
  const record = accepted(specOf(), 1);
  journal.insert(record);
  journal.save(withState(record, { status: "starting" }, 2), 2);
  journal.save(withState(record, { status: "terminated", reason: "exited" }, 3), 3);
  journal.acknowledge(2);
  expect(journal.reportsAfter(0, 10).map(({ id }) => id)).toEqual([1, 3]);
});

test("the id of a report is never used twice", async () => {
  await using opened = await openJournal();
  const record = accepted(specOf(), 1);
  opened.journal.insert(record);
  opened.journal.acknowledge(1);
  opened.journal.save(withState(record, { status: "starting" }, 2), 2);
  expect(opened.journal.reportsAfter(0, 10).map(({ id }) => id)).toEqual([2]);
});

test("the inventory holds what has not ended and what is not reported to the end", async () => {
  await using opened = await openJournal();
  const { journal } = opened;
  const [live, unreported, over] = [1, 2, 3].map(() => accepted(specOf(), 1));
  if (!live || !unreported || !over) throw new Error("three records");
  for (const record of [live, unreported, over]) journal.insert(record);
  const end = { status: "terminated", reason: "exited" } as const;
  journal.save(withState(unreported, end, 2), 2);
  journal.save(withState(over, end, 2), 2);
  for (const { id, backendId } of journal.reportsAfter(0, 10)) {
    if (backendId !== unreported.spec.backend_id) journal.acknowledge(id);
  }
  expect(journal.inventory().sort()).toEqual(
    [live.spec.backend_id, unreported.spec.backend_id].sort(),
  );
});

test("a backend that is forgotten leaves no report and never runs again", async () => {
  await using opened = await openJournal();
  const record = accepted(specOf(), 1);
  opened.journal.insert(record);
  opened.journal.forget(record.spec.backend_id, 2);
  expect(opened.journal.inventory()).toEqual([]);
  expect(opened.journal.insert(record)).toBe(false);
});

test("the memory of ended backends is pruned by age", async () => {
  await using opened = await openJournal();
  const [old, young] = [newBackendId(), newBackendId()];
  opened.journal.forget(old, 1_000);
  opened.journal.forget(young, 3_000);
  opened.journal.tidy(2_000, 2_000);
  expect(opened.journal.hasEnded(old)).toBe(false);
  expect(opened.journal.hasEnded(young)).toBe(true);
});

test("no secret is left in the files once it is no longer needed and they are tidied", async () => {
  await using opened = await openJournal();
  const { journal, path } = opened;
  const credentials = { username: "user", password: "swordfish" };
  // Long enough to have pages of its own, which are not simply written over.
  const env = { TOKEN: "open-sesame ".repeat(2_000) };
  const record = accepted(specOf({ credentials, env }), 1);
  journal.insert(record);
  journal.tidy(0, 0);
  const address = { host: "10.0.0.1", port: 1 };
  journal.save(withState(record, { status: "waiting", address }, 2), 2);
  journal.tidy(0, 0);
  const bytes = (
    await Promise.all([path, `${path}-wal`].map((file) => readFile(file, "latin1")))
  ).join();
  expect(bytes).toContain("10.0.0.1");
  expect(bytes).not.toContain("swordfish");
  expect(bytes).not.toContain("open-sesame");
});

test("a journal of a newer drone is refused, not misread", async () => {
  await using opened = await openJournal();
  const database = new Database(opened.path);
  database.pragma("user_version = 99");
  database.close();
  expect(() => new Journal(opened.path)).toThrow("version 99");
});
