import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { ensureCommand } from "../../scripts/debian.ts";
import { SHELL_SCRIPTS, SHELLS, type Shell } from "../../src/cli/completion/shell-scripts.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { waitFor } from "../harness/wait-for.ts";

const run = promisify(execFile);
const INSTALL_MS = 300_000;
const PATIENCE_MS = 20_000;

beforeAll(async () => {
  await ensureCommand("zsh", "zsh");
  await ensureCommand("fish", "fish");
}, INSTALL_MS);

const START: Readonly<Record<Shell, (script: string) => string>> = {
  bash: (script) => `bash --noprofile --rcfile ${script} -i`,
  zsh: () => "zsh -i",
  fish: (script) => `fish --no-config -i -C 'source ${script}'`,
};

/** A shell in a terminal of its own, with `hangar` on its path, as a person would have it. */
async function openShell(shell: Shell) {
  const dir = await tempDir();
  const command = `#!/bin/sh\nexec "${process.execPath}" --import tsx "${resolve("src/cli/main.ts")}" "$@"\n`;
  await writeFile(join(dir.path, "hangar"), command);
  await chmod(join(dir.path, "hangar"), 0o755);
  const script = join(dir.path, shell === "zsh" ? ".zshrc" : "rc");
  const begin = {
    bash: "PS1='ready> '\n",
    zsh: "autoload -Uz compinit; compinit -u; PS1='ready> '\n",
    fish: "function fish_prompt; echo -n 'ready> '; end\n",
  };
  await writeFile(script, `${begin[shell]}${SHELL_SCRIPTS[shell]}`);
  const PATH = `${dir.path}:${process.env.PATH}`;
  const env = { PATH, HOME: dir.path, ZDOTDIR: dir.path, TERM: "xterm", LANG: "C.UTF-8" };
  const sized = `stty rows 40 cols 160; exec ${START[shell](script)}`;
  const child = spawn("script", ["-qefc", sized, "/dev/null"], { env, stdio: ["pipe", "pipe", 2] });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await once(child, "close");
    await dir[Symbol.asyncDispose]();
  });
  let shown = "";
  child.stdout?.on("data", (text) => {
    shown += String(text);
  });
  await waitFor("the prompt", () => shown.includes("ready> "), PATIENCE_MS);
  return {
    type: (text: string) => void child.stdin?.write(text),
    sees: (text: RegExp) => waitFor(`${text} on the screen`, () => text.test(shown), PATIENCE_MS),
  };
}

test.each(SHELLS)(
  "%s completes a command, an option and its value with TAB",
  { timeout: 90_000 },
  async (shell) => {
    const { type, sees } = await openShell(shell);
    type("hangar termi\t");
    await sees(/hangar terminate/);
    type("\u0015hangar ls --stat\t");
    await sees(/hangar ls --status/);
    type("wait\t");
    await sees(/--status waiting/);
    type("\u0015hangar context \t\t");
    await sees(/rm[\s\S]*show/);
  },
);

test.each(SHELLS)("%s finds no fault with its script", async (shell) => {
  await using dir = await tempDir();
  const file = join(dir.path, "script");
  await writeFile(file, SHELL_SCRIPTS[shell]);
  expect(await run(shell, ["-n", file])).toEqual({ stdout: "", stderr: "" });
});
