import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import { type Finished, finished } from "../cli/run-hangar.ts";
import { tempDir } from "../harness/temp-dir.ts";

const require = createRequire(import.meta.url);
const COMMAND = join(require.resolve("jamsocket/package.json"), "../bin/run");
const { version } = require("jamsocket/package.json") as { version: string };

export interface JamsocketHome extends AsyncDisposable {
  run(...args: string[]): Promise<Finished>;
  start(...args: string[]): ChildProcess;
  /** Lines of a document, in which `npx jamsocket` is this command. */
  shell(script: string): Promise<Finished>;
  /** Its own configuration file, as it is now; undefined if there is none. */
  config(): Promise<unknown>;
}

/** The `jamsocket` command of the npm registry, as one person has it: with a home, and a server other than theirs. */
export async function aJamsocketHome(server: string, config?: unknown): Promise<JamsocketHome> {
  const dir = await tempDir();
  const file = join(dir.path, ".jamsocket/config.json");
  await mkdir(join(file, ".."));
  if (config !== undefined) await writeFile(file, JSON.stringify(config));
  // It has looked for a newer version of itself lately, so it does not now.
  await mkdir(join(dir.path, ".cache/jamsocket"), { recursive: true });
  await writeFile(join(dir.path, ".cache/jamsocket/version"), JSON.stringify({ latest: version }));
  const env = {
    HOME: dir.path,
    JAMSOCKET_SERVER_API: server,
    NODE_OPTIONS: `--require=${resolve("test/system/loopback-only.cjs")}`,
  };
  const start = (...args: string[]) => {
    const child = spawn(process.execPath, [COMMAND, ...args], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    return child;
  };
  const npx = `npx() { shift; '${process.execPath}' '${COMMAND}' "$@"; }`;
  return {
    start,
    shell: async (script) => {
      const child = spawn("bash", ["-euo", "pipefail", "-c", `${npx}\n${script}`], {
        env: { ...env, PATH: process.env.PATH },
        stdio: ["ignore", "pipe", "pipe"],
      });
      return await finished(child);
    },
    run: (...args) => finished(start(...args)),
    config: async () => {
      const text = await readFile(file, "utf8").catch(() => undefined);
      return text === undefined ? undefined : JSON.parse(text);
    },
    [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose](),
  };
}
