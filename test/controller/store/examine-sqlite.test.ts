import { open } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { examineSqlite } from "../../../controller/store/examine-sqlite.ts";
import { openSqlite } from "../../../controller/store/open-sqlite.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { tempDir } from "../../harness/temp-dir.ts";

async function aFile() {
  const dir = await tempDir();
  const path = join(dir.path, "hangar.db");
  return { path, [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose]() };
}

test("a file that is not there is absent, and is not made", async () => {
  await using file = await aFile();
  expect(await examineSqlite(file.path)).toEqual({ kind: "absent", path: file.path });
  expect(await examineSqlite(file.path)).toMatchObject({ kind: "absent" });
});

test("a database in use is looked at beside its user, with its WAL", async () => {
  await using file = await aFile();
  await using store = await openSqlite(file.path, systemClock);
  await store.insertApiKey({ id: "a", hash: "b", scope: "admin" });
  const facts = await examineSqlite(file.path);
  expect(facts).toMatchObject({
    kind: "file",
    mode: 0o600,
    writable: true,
    integrity: { kind: "sound" },
  });
  expect(facts.kind === "file" && facts.walBytes > 0).toBe(true);
});

test("a database whose pages were overwritten is damaged", async () => {
  await using file = await aFile();
  await (await openSqlite(file.path, systemClock))[Symbol.asyncDispose]();
  await using handle = await open(file.path, "r+");
  const { size } = await handle.stat();
  await handle.write(Buffer.alloc(size - 8_192, 0x5a), 0, size - 8_192, 8_192);
  expect(await examineSqlite(file.path)).toMatchObject({ integrity: { kind: "damaged" } });
});

test("a file that is no database is damaged", async () => {
  await using file = await aFile();
  await using handle = await open(file.path, "w");
  await handle.writeFile("no database ".repeat(1_000));
  expect(await examineSqlite(file.path)).toMatchObject({ integrity: { kind: "damaged" } });
});
