import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { lockFolder } from "../../src/shared/folder-lock.ts";
import { tempDir } from "../harness/temp-dir.ts";

test("a folder has one holder of a kind at a time", async () => {
  await using dir = await tempDir();
  {
    await using _ = lockFolder(dir.path, "drone");
    expect(() => lockFolder(dir.path, "drone")).toThrow(`another drone is using ${dir.path}`);
    await using __ = lockFolder(dir.path, "controller");
  }
  await using ___ = lockFolder(dir.path, "drone");
});

test("a holder that is killed leaves nothing that must be cleared away", async () => {
  await using dir = await tempDir();
  const script = `import { lockFolder } from "./src/shared/folder-lock.ts";
    lockFolder(${JSON.stringify(dir.path)}, "drone");
    console.log("held");
    setInterval(() => {}, 1_000);`;
  const args = ["--import", "tsx", "--input-type=module", "-e", script];
  const holder = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  await once(holder.stdout, "data");
  expect(() => lockFolder(dir.path, "drone")).toThrow("another drone");
  holder.kill("SIGKILL");
  await once(holder, "exit");
  await using _ = lockFolder(dir.path, "drone");
});
