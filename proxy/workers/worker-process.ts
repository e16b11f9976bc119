import cluster from "node:cluster";
import { systemClock } from "../../src/shared/clock.ts";
import { endOnCrash } from "../../src/shared/end-on-crash.ts";
import { createLog, type LogLevel } from "../../src/shared/log.ts";
import type { ToPrimary, ToWorker, WorkerStart } from "./messages.ts";
import { type Channel, runWorker } from "./run-worker.ts";

endOnCrash();
// One of a proxy's workers. A signal to the whole group is the primary's to obey, and so is what ends
// a worker: its word, or its death, of which the end of the channel tells.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR2"]) {
  process.on(signal, () => undefined);
}
// Else Node would end the process, in the middle of all answers, when the primary dies.
if (cluster.worker !== undefined) cluster.worker.exitedAfterDisconnect = true;
// Where its log goes the primary has been.
process.stderr.on("error", () => undefined);

const { channel, start, flushed } = openChannel();
channel.send({ type: "online" });
const told = await start;
const log = createLog(told.logLevel as LogLevel, process.stderr);
let exitCode = 0;
try {
  await runWorker({ clock: systemClock, log, channel }, told);
} catch (error) {
  exitCode = 1;
  const problem = error instanceof Error ? error.message : String(error);
  const code = errnoOf(error);
  channel.send({ type: "failed", problem, ...(code === undefined ? {} : { code }) });
}
await flushed();
process.exit(exitCode);

interface Opened {
  channel: Channel;
  start: Promise<WorkerStart>;
  /** Resolves when all that was sent has been. */
  flushed(): Promise<void>;
}

function openChannel(): Opened {
  const gone = new AbortController();
  process.once("disconnect", () => gone.abort());
  const early: ToWorker[] = [];
  const listeners: ((message: ToWorker) => void)[] = [];
  let sent: Promise<void> = Promise.resolve();
  const send = (message: ToPrimary) => {
    if (!process.connected) return;
    sent = new Promise((resolve) => process.send?.(message, undefined, {}, () => resolve()));
  };
  const start = new Promise<WorkerStart>((resolve) => {
    process.on("message", (message: ToWorker) => {
      if (message.type === "start") resolve(message.start);
      if (listeners.length === 0) early.push(message);
      for (const listener of listeners) listener(message);
    });
  });
  const onMessage = (listener: (message: ToWorker) => void) => {
    listeners.push(listener);
    for (const message of early.splice(0)) listener(message);
  };
  return { channel: { send, onMessage, gone: gone.signal }, start, flushed: () => sent };
}

/** What the operating system has said: whoever starts the proxy knows what to do about it. */
function errnoOf(error: unknown): string | undefined {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  if (cause !== undefined) return errnoOf(cause);
  return typeof code === "string" ? code : undefined;
}
