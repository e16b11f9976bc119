import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { openTerminal } from "../../src/cli/terminal.ts";
import { tellingEnv } from "../harness/answers/told-answers.ts";
import { hangarWords } from "../harness/hangar-command.ts";

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

export type Variables = Record<string, string>;

/** As `startHangar`, for several tests: whoever starts it ends it. */
export function spawnHangar(args: readonly string[], env: Variables = {}): ChildProcess {
  return spawn(process.execPath, [...hangarWords(), ...args], {
    env: { ...tellingEnv(), HOME: "/nonexistent", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Starts the command as a person's shell would, with pipes and nothing of the tests' environment. */
export function startHangar(args: readonly string[], env: Variables = {}): ChildProcess {
  const child = spawnHangar(args, env);
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

export async function runHangar(args: readonly string[], env: Variables = {}): Promise<Finished> {
  return await finished(startHangar(args, env));
}

export async function finished(child: ChildProcess): Promise<Finished> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error("started without pipes");
  const [out, err, [code]] = await Promise.all([text(stdout), text(stderr), once(child, "close")]);
  return { code, stdout: out, stderr: err };
}

/** The same command line in this process: a fifth of the time, for what needs no process of its own. */
export async function runInside(
  args: readonly string[],
  env: Variables = {},
  stop = new AbortController().signal,
): Promise<Finished> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const terminal = openTerminal(
    stdout as unknown as NodeJS.WriteStream,
    stderr as unknown as NodeJS.WriteStream,
    env,
  );
  const texts = Promise.all([text(stdout), text(stderr)]);
  const code = await runCli(args, { terminal, stop });
  stdout.end();
  stderr.end();
  const [out, err] = await texts;
  return { code, stdout: out, stderr: err };
}
