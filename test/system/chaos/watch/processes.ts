import { readdirSync, readFileSync } from "node:fs";
import { isAlive } from "../../../../scripts/processes.ts";
import { monotonicMs } from "../monotonic-ms.ts";
import type { Recorder } from "../recorder.ts";

const SCAN_MS = 50;
/** A process is one program and then another while its container starts. */
const SETTLED_MS = 3_000;

export interface ContainerProcess {
  backend: string;
  key: string;
  token: number;
  pid: number;
}

interface Watched {
  firstSeen: number;
  lastAlive: number;
  container: ContainerProcess | undefined;
}

/**
 * Which containers run, by the machine's own list of processes: it also knows while the Engine is dead.
 * Each is told of as a life, once it is over.
 */
export class ProcessWatch implements AsyncDisposable {
  readonly #recorder: Recorder;
  readonly #timer: NodeJS.Timeout;
  readonly #watched = new Map<number, Watched>();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
    this.#timer = setInterval(() => this.#scan(), SCAN_MS);
  }

  running(): ContainerProcess[] {
    return [...this.#watched.values()].flatMap(({ container }) => container ?? []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#scan();
    for (const pid of [...this.#watched.keys()]) this.#forget(pid);
  }

  #scan(): void {
    const now = monotonicMs();
    const pids = new Set(
      readdirSync("/proc")
        .filter((name) => /^\d+$/.test(name))
        .map(Number),
    );
    for (const pid of pids) this.#look(pid, now);
    for (const pid of [...this.#watched.keys()]) if (!pids.has(pid)) this.#forget(pid);
  }

  #look(pid: number, now: number): void {
    const watched = this.#watched.get(pid) ?? {
      firstSeen: now,
      lastAlive: now,
      container: undefined,
    };
    this.#watched.set(pid, watched);
    if (watched.container !== undefined) {
      if (isAlive(pid)) watched.lastAlive = now;
      else this.#forget(pid);
    } else if (now - watched.firstSeen < SETTLED_MS) {
      watched.container = containerOf(pid);
      watched.lastAlive = now;
    }
  }

  #forget(pid: number): void {
    const watched = this.#watched.get(pid);
    this.#watched.delete(pid);
    if (watched?.container === undefined) return;
    const { firstSeen: from, lastAlive: to, container } = watched;
    this.#recorder.record({ kind: "life", ...container, from, to });
  }
}

function containerOf(pid: number): ContainerProcess | undefined {
  const env = environOf(pid);
  const backend = env.get("SESSION_BACKEND_ID");
  if (backend === undefined || !isAlive(pid)) return undefined;
  return {
    backend,
    pid,
    key: env.get("SESSION_BACKEND_KEY") ?? "",
    token: Number(env.get("SESSION_BACKEND_FENCING_TOKEN")),
  };
}

function environOf(pid: number): Map<string, string> {
  try {
    const entries = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    return new Map(
      entries.map((entry) => {
        const at = entry.indexOf("=");
        return [entry.slice(0, at), entry.slice(at + 1)];
      }),
    );
  } catch {
    return new Map();
  }
}
