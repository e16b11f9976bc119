import { readFile, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type TempDir, tempDir } from "../../../harness/temp-dir.ts";
import { type DockerBench, openDockerBench } from "../docker-bench.ts";
import { clear, scriptOn, specOn, waitForEnd } from "../runtime-bench.ts";

const WRITER = `require("node:fs").writeFileSync("/data/note", "kept")`;

let bench: DockerBench;
let base: TempDir;

beforeAll(async () => {
  bench = await openDockerBench();
  base = await tempDir();
});
afterEach(() => clear(bench.open()));
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await base[Symbol.asyncDispose]();
});

test("what a session writes at /data, as a user who is not root, stays in its key's folder", async () => {
  const runtime = bench.open(undefined, { mountBase: base.path });
  const folder = join(base.path, "team", "doc%2F1");
  const spec = scriptOn(bench, WRITER, { mount: true });
  await runtime.create(spec);
  await runtime.start(spec).catch(() => undefined);
  expect(await waitForEnd(runtime, spec)).toMatchObject({ exitCode: 0 });
  expect(await readFile(join(folder, "note"), "utf8")).toBe("kept");
  // The example image runs as nobody, and nobody else has a way in.
  expect(await stat(folder)).toMatchObject({ uid: 65_534, gid: 65_534 });
  expect((await stat(join(base.path, "team"))).mode & 0o022).toBe(0);
});

test("a mount that leads through a symbolic link is refused", async () => {
  const runtime = bench.open(undefined, { mountBase: base.path });
  await symlink("/etc", join(base.path, "link"));
  for (const mount of ["link", "link/ssl"]) {
    await expect(runtime.create(specOn(bench, { mount }))).rejects.toMatchObject({
      reason: "createfailed",
      message: expect.stringContaining("symbolic link"),
    });
  }
});

test("a drone without a mount base ends a mount with createfailed", async () => {
  const create = bench.open().create(specOn(bench, { mount: true }));
  await expect(create).rejects.toMatchObject({ reason: "createfailed" });
});
