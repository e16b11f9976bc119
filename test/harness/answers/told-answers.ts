import { randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { appendFile, chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { HeardAnswer } from "./heard-answer.ts";

/** What makes a process tell its controllers' answers; processes that inherit the tests' environment have it. */
const VARIABLES = ["NODE_OPTIONS", "HEARD_ANSWERS_FILE"] as const;

/** The same, for a process that is started with an environment of its own. */
export function tellingEnv(): Record<string, string> {
  return Object.fromEntries(VARIABLES.map((name) => [name, process.env[name] ?? ""]));
}

/** The same, for a container: what it is given, and what it must have in the same place. */
export async function tellingContainer(): Promise<{
  environment: Record<string, string>;
  volumes: string[];
}> {
  const environment = tellingEnv();
  const { HEARD_ANSWERS_FILE: file = "" } = environment;
  await appendFile(file, "");
  // Whoever it is that runs in there.
  await chmod(file, 0o666);
  const ours = import.meta.dirname;
  return { environment, volumes: [`${ours}:${ours}:ro`, `${file}:${file}`] };
}

/** What the controllers of processes that a test starts have answered. */
export class ToldAnswers implements Disposable {
  readonly file = join(tmpdir(), `hangar-answers-${randomUUID()}`);
  #readBytes = 0;

  get env(): Record<(typeof VARIABLES)[number], string> {
    const teller = resolve(import.meta.dirname, "tell-answers.cjs");
    return { NODE_OPTIONS: `--require=${teller}`, HEARD_ANSWERS_FILE: this.file };
  }

  /** Those since the last time. A line without its end is one that its process did not live to write. */
  next(): HeardAnswer[] {
    const unread = this.#written().subarray(this.#readBytes);
    const whole = unread.subarray(0, unread.lastIndexOf("\n") + 1);
    this.#readBytes += whole.length;
    const lines = String(whole).split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line));
  }

  #written(): Buffer {
    try {
      return readFileSync(this.file);
    } catch {
      // Nobody has told anything.
      return Buffer.alloc(0);
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.file, { force: true });
  }
}
