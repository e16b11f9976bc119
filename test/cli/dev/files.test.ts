import { chmod, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import { expect, test } from "vitest";
import type { DevOptions } from "../../../src/cli/commands/add-dev.ts";
import { planDev } from "../../../src/cli/dev/dev-plan.ts";
import { parseDockerIgnore } from "../../../src/cli/dev/docker-ignore.ts";
import { dockerfileIn, packContext, packFiles } from "../../../src/cli/dev/pack-context.ts";
import { watchFiles } from "../../../src/cli/dev/watch-files.ts";
import type { FileChange } from "../../../src/cli/dev/what-changed.ts";
import { tempDir } from "../../harness/temp-dir.ts";
import { waitFor } from "../../harness/wait-for.ts";

const NOTHING: DevOptions = { dataDir: "/h", interactive: true };

async function writeAll(dir: string, files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  }
}

async function unpack(archive: Readable): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const entries = extract();
  entries.on("entry", ({ name, type, linkname, mode = 0 }, entry, next) => {
    text(entry as unknown as Readable).then((content) => {
      if (type === "symlink") found[name] = `-> ${linkname}`;
      else if (type !== "directory") found[name] = mode & 0o100 ? `${content} (runs)` : content;
      next();
    }, next);
  });
  await pipeline(archive, entries as unknown as NodeJS.WritableStream);
  return found;
}

test("a build is sent what its ignore rules leave in, and always its Dockerfile", async () => {
  await using dir = await tempDir();
  await writeAll(dir.path, {
    ...{ Dockerfile: "FROM x", "a.txt": "a", "src/run.sh": "run", "src/b.log": "b", "n/m/c": "c" },
  });
  await chmod(join(dir.path, "src/run.sh"), 0o755);
  await symlink("a.txt", join(dir.path, "link"));
  const plan = planDev(dir.path, NOTHING, {});
  const ignore = parseDockerIgnore("Dockerfile\n**/*.log\nn");
  expect(await unpack(packContext(plan, ignore))).toEqual({
    ...{ Dockerfile: "FROM x", "a.txt": "a", "src/run.sh": "run (runs)", link: "-> a.txt" },
  });
  expect(dockerfileIn(plan.recipe)).toBe("Dockerfile");
});

test("a Dockerfile from elsewhere goes under a name of its own; a named image gets one", async () => {
  await using dir = await tempDir();
  await writeAll(dir.path, { "docker/D": "FROM y", "app/a": "a", "src/s": "s", "src/t.tmp": "t" });
  const elsewhere = planDev(dir.path, { ...NOTHING, dockerfile: "docker/D", context: "app" }, {});
  expect(await unpack(packContext(elsewhere, parseDockerIgnore("")))).toEqual({
    ...{ [dockerfileIn(elsewhere.recipe)]: "FROM y", a: "a" },
  });
  const named = planDev(dir.path, { ...NOTHING, image: "img", sync: ["src:/app/src"] }, {});
  expect(await unpack(packContext(named, parseDockerIgnore("**/*.tmp")))).toEqual({
    ...{ [dockerfileIn(named.recipe)]: 'FROM img\nCOPY ["src","/app/src"]\n', "src/s": "s" },
  });
});

test("files to copy stand where they go", async () => {
  await using dir = await tempDir();
  await writeAll(dir.path, { "src/a": "new" });
  const files = [{ path: "src/a", target: "/app/src/a" }];
  expect(await unpack(Readable.from(await packFiles(dir.path, files)))).toEqual({
    "app/src/a": "new",
  });
});

test("a context that cannot be read breaks the archive", async () => {
  const plan = planDev("/nowhere", NOTHING, {});
  await expect(unpack(packContext(plan, parseDockerIgnore("")))).rejects.toThrow("ENOENT");
});

test("changes are told together; drafts, noise and what the build leaves out are not", async () => {
  await using dir = await tempDir();
  await writeAll(dir.path, {
    ...{
      Dockerfile: "x",
      "a.txt": "a",
      "dist/out": "o",
      ".git/HEAD": "h",
      "node_modules/x/y": "y",
    },
  });
  const told: FileChange[] = [];
  const plan = planDev(dir.path, NOTHING, {});
  const ignore = parseDockerIgnore("dist\nDockerfile\n*.log");
  await using _watching = await watchFiles(
    plan,
    () => ignore,
    (changes) => told.push(...changes),
  );
  const write = (path: string) => writeFile(join(dir.path, path), String(performance.now()));
  for (const path of ["dist/out", ".git/HEAD", "node_modules/x/y", "b.log"]) await write(path);
  await write("draft");
  await rename(join(dir.path, "draft"), join(dir.path, "a.txt"));
  await mkdir(join(dir.path, "new"));
  await write("new/deep");
  await write("Dockerfile");
  const paths = () => [...new Set(told.map(({ path }) => path))].sort();
  await waitFor("all of them", () => paths().length >= 3);
  expect(paths()).toEqual(["Dockerfile", "a.txt", "new/deep"]);
  await rm(join(dir.path, "a.txt"));
  await waitFor("the loss", () => told.some(({ path, isGone }) => path === "a.txt" && isGone));
});
