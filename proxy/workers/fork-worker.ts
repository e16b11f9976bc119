import cluster from "node:cluster";
import { fileURLToPath } from "node:url";
import type { Log } from "../../src/shared/log.ts";
import type { ToPrimary, ToWorker } from "./messages.ts";
import { relayLines, relayLog } from "./relay-output.ts";

export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** The primary's end of one worker. */
export interface WorkerHandle {
  readonly id: number;
  readonly pid: number | undefined;
  /** It is dead, and all that it has said was heard. */
  readonly gone: Promise<WorkerEnd>;
  /** What is sent to one that is gone is lost. */
  send(message: ToWorker): void;
  kill(): void;
}

export type ForkWorker = (id: number, onMessage: (message: ToPrimary) => void) => WorkerHandle;

/** Processes of this very code, which have the port from this one. */
export function workerForks(log: Log): ForkWorker {
  // Shared out in turn: if workers took what comes by themselves, most would be with one or two, and
  // WebSockets stay where they are.
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const fromSource = import.meta.filename.endsWith(".ts");
  const program = `worker-process.${fromSource ? "ts" : "js"}`;
  cluster.setupPrimary({
    exec: fileURLToPath(new URL(program, import.meta.url)),
    execArgv: fromSource ? ["--import", "tsx"] : process.execArgv,
    args: [],
    silent: true,
  });
  return (id, onMessage) => fork(log.child({ worker: id }), id, onMessage);
}

function fork(log: Log, id: number, onMessage: (message: ToPrimary) => void): WorkerHandle {
  const worker = cluster.fork();
  const { process: child } = worker;
  worker.on("message", onMessage);
  worker.on("error", (error) => log.debug({ err: error }, "cannot speak to a worker"));
  if (child.stdout !== null) void relayLines(child.stdout, (lines) => write(lines));
  if (child.stderr !== null) void relayLines(child.stderr, async (lines) => relayLog(lines, log));
  const exited = new Promise<WorkerEnd>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
    child.once("error", () => resolve({ code: null, signal: null }));
  });
  const silent = new Promise<void>((resolve) => {
    child.once("disconnect", () => resolve());
    child.once("error", () => resolve());
  });
  return {
    id,
    pid: child.pid,
    gone: Promise.all([exited, silent]).then(([end]) => end),
    send(message) {
      if (worker.isConnected()) worker.send(message, undefined, () => undefined);
    },
    kill: () => void child.kill("SIGKILL"),
  };
}

/** Waits for its reader: a slow one is the workers' to feel. */
function write(lines: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(lines, () => resolve()));
}
