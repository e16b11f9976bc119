import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readOrCreate } from "../../src/shared/read-or-create.ts";
import { tempDir } from "../harness/temp-dir.ts";

test("a file that is not there is made once, whole, for its owner only", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "x.key");
  const made = await Promise.all(["a", "b", "c"].map((text) => readOrCreate(path, () => text)));
  expect(new Set(made).size).toBe(1);
  expect(readFileSync(path, "utf8")).toBe(`${made[0]}\n`);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(dir.path)).toEqual(["x.key"]);
});

test("a file that is there is read and not touched", async () => {
  await using dir = await tempDir();
  const path = join(dir.path, "x.key");
  writeFileSync(path, "kept\n");
  const create = () => {
    throw new Error("must not be called");
  };
  expect(await readOrCreate(path, create)).toBe("kept");
});
