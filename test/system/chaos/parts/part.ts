import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { hasEnded } from "../../../../scripts/processes.ts";

export interface PartOptions {
  name: string;
  /** Program and words, asked for at each start. */
  words(): readonly string[];
  env?: Record<string, string>;
  logFile: string;
  onCrash(crash: { code: number | null; signal: string | null; said: string }): void;
}

/** As a supervisor of services would. */
const RESTART_MS = 500;
/** Of a process that crawls: it is stopped for four fifths of the time. */
const CRAWL = { stoppedMs: 80, runningMs: 20 };
const GOODBYE_MS = 15_000;

/** One process of the system under test, which is kept running but for what the harness does to it. */
export class Part implements AsyncDisposable {
  readonly name: string;
  readonly #options: PartOptions;
  #child: ChildProcess | undefined;
  #wanted = false;
  #crawling: AbortController | undefined;

  constructor(options: PartOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get pid(): number | undefined {
    const child = this.#child;
    return child === undefined || hasEnded(child) ? undefined : child.pid;
  }

  get logFile(): string {
    return this.#options.logFile;
  }

  start(): void {
    this.#wanted = true;
    if (this.pid !== undefined) return;
    const { words, env = {}, logFile } = this.#options;
    const [program = "", ...rest] = words();
    const log = openSync(logFile, "a");
    const child = spawn(program, rest, {
      env: { ...process.env, ...env },
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    this.#child = child;
    child.once("error", () => undefined);
    child.once("exit", (code, signal) => void this.#ended(child, code, signal));
  }

  /** Resolves once it is gone. */
  async stop(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    this.#wanted = false;
    this.resume();
    const child = this.#child;
    if (child === undefined || hasEnded(child)) return;
    const gone = once(child, "exit");
    child.kill(signal);
    const inTime = await Promise.race([gone, delay(GOODBYE_MS, undefined, { ref: false })]);
    if (inTime !== undefined) return;
    const said = `it did not end within ${GOODBYE_MS} ms of SIGTERM`;
    this.#options.onCrash({ code: null, signal: null, said });
    child.kill("SIGKILL");
    await gone;
  }

  pause(): void {
    this.#child?.kill("SIGSTOP");
  }

  resume(): void {
    this.#crawling?.abort();
    this.#crawling = undefined;
    this.#child?.kill("SIGCONT");
  }

  crawl(): void {
    const crawling = new AbortController();
    this.#crawling = crawling;
    void (async () => {
      while (!crawling.signal.aborted) {
        this.pause();
        await delay(CRAWL.stoppedMs);
        this.#child?.kill("SIGCONT");
        await delay(CRAWL.runningMs);
      }
    })();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("SIGTERM");
  }

  async #ended(child: ChildProcess, code: number | null, signal: string | null): Promise<void> {
    if (!this.#wanted || child !== this.#child) return;
    this.#options.onCrash({ code, signal, said: lastLines(this.logFile) });
    await delay(RESTART_MS);
    if (this.#wanted && child === this.#child) this.start();
  }
}

function lastLines(file: string): string {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines.slice(-3).join(" ").slice(-600);
}
