import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { ensureCommand } from "../../scripts/debian.ts";
import { SHELL_SCRIPTS, SHELLS, type Shell } from "../../src/cli/completion/shell-scripts.ts";
import { hangarWords } from "../harness/hangar-command.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { waitFor } from "../harness/wait-for.ts";

const run = promisify(execFile);
const INSTALL_MS = 300_000;
const PATIENCE_MS = 20_000;
const LONG = { timeout: 90_000 };

beforeAll(async () => {
  await ensureCommand("zsh", "zsh");
  await ensureCommand("fish", "fish");
}, INSTALL_MS);

const START: Readonly<Record<Shell, (script: string) => string>> = {
  bash: (script) => `bash --noprofile --rcfile ${script} -i`,
  zsh: () => "zsh -i",
  fish: (script) => `fish --no-config -i -C 'source ${script}'`,
};

/** Answers what a script asks, and writes down whatever else it is told. */
function wrapper(log: string): string {
  const hangar = [process.execPath, ...hangarWords()].map((word) => `"${word}"`).join(" ");
  return `#!/bin/sh\n[ "$1" = complete-word ] && exec ${hangar} "$@"\necho "$@" >> "${log}"\n`;
}

const BEGIN: Readonly<Record<Shell, string>> = {
  bash: "PS1='ready> '\n",
  zsh: "autoload -Uz compinit; compinit -u; PS1='ready> '\n",
  fish: "function fish_prompt; echo -n 'ready> '; end\n",
};

/** A shell in a terminal of its own, with `hangar` on its path, as a person would have it. */
async function openShell(shell: Shell) {
  const dir = await tempDir();
  const log = join(dir.path, "log");
  await writeFile(log, "");
  await writeFile(join(dir.path, "hangar"), wrapper(log), { mode: 0o755 });
  const script = join(dir.path, shell === "zsh" ? ".zshrc" : "rc");
  await writeFile(script, `${BEGIN[shell]}${SHELL_SCRIPTS[shell]}`);
  const PATH = `${dir.path}:${process.env.PATH}`;
  const env = { PATH, HOME: dir.path, ZDOTDIR: dir.path, TERM: "xterm", LANG: "C.UTF-8" };
  const sized = `stty rows 40 cols 160; exec ${START[shell](script)}`;
  const child = spawn("script", ["-qefc", sized, "/dev/null"], { env, stdio: ["pipe", "pipe", 2] });
  const closed = once(child, "close");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await closed;
    await dir[Symbol.asyncDispose]();
  });
  let shown = "";
  child.stdout?.on("data", (text) => {
    shown += String(text);
  });
  await waitFor("the prompt", () => shown.includes("ready> "), PATIENCE_MS);
  const saw = (text: RegExp) =>
    waitFor(`${text} on the screen`, () => text.test(shown), PATIENCE_MS);
  return {
    type: (text: string) => void child.stdin?.write(text),
    saw,
    ran: async (line: string) => {
      const isThere = async () => (await readFile(log, "utf8")).includes(`${line}\n`);
      await waitFor(`hangar ${line}`, isThere, PATIENCE_MS).catch((cause: unknown) => {
        throw new Error(`not run: hangar ${line}; on the screen: ${shown}`, { cause });
      });
    },
  };
}

test.each(SHELLS)("%s completes commands, options and values with TAB", LONG, async (shell) => {
  const { type, saw, ran } = await openShell(shell);
  type("hangar termi\t--al\t\r");
  await ran("terminate --all");
  type("hangar ls --stat\twait\t\r");
  await ran("ls --status waiting");
  type("hangar context \t\t");
  await saw(/rm[\s\S]*show/);
});

test.each(SHELLS)("%s finds no fault with its script", async (shell) => {
  await using dir = await tempDir();
  const file = join(dir.path, "script");
  await writeFile(file, SHELL_SCRIPTS[shell]);
  expect(await run(shell, ["-n", file])).toEqual({ stdout: "", stderr: "" });
});
