import { once } from "node:events";
import { openSync } from "node:fs";
import { pino } from "pino";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import type { AccessLog, Figures } from "../figures/figures.ts";
import type { TrustedProxies } from "../trusted-proxies.ts";
import { accessLine } from "./access-line.ts";

export interface AccessLogDeps {
  clock: Clock;
  log: Log;
  trusted: TrustedProxies;
  figures: Pick<Figures, "accessLogLost">;
}

const STDOUT = 1;
const BATCH_BYTES = 8_192;
const FLUSH_MS = 250;
/** What a disk that hangs may cost in memory; what comes then is lost, and counted. */
const MAX_WAITING_BYTES = 8 * 1_024 * 1_024;

/** Appends a line of JSON for each request, in batches. `-` is the standard output. */
export function openAccessLog(
  { clock, log, trusted, figures }: AccessLogDeps,
  file: string,
): AccessLog & AsyncDisposable {
  const sink = pino.destination({
    dest: file === "-" ? STDOUT : openToAppend(file),
    sync: false,
    minLength: BATCH_BYTES,
    periodicFlush: FLUSH_MS,
    maxLength: MAX_WAITING_BYTES,
  });
  let isSound = true;
  sink.on("error", (error) => {
    if (isSound) log.error({ err: error, file }, "the access log cannot be written");
    isSound = false;
  });
  sink.on("drop", () => {
    figures.accessLogLost += 1;
  });
  return {
    write(entry) {
      const moment = { now: clock.now(), monotonicMs: clock.monotonicMs() };
      sink.write(`${JSON.stringify(accessLine(entry, trusted, moment))}\n`);
    },
    async [Symbol.asyncDispose]() {
      const closed = once(sink, "close").catch(() => undefined);
      sink.end();
      await closed;
    },
  };
}

function openToAppend(file: string): number {
  try {
    return openSync(file, "a", 0o640);
  } catch (cause) {
    throw new Error(`cannot write the access log ${file}: ${String(cause)}`, { cause });
  }
}
