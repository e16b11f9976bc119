import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";

export interface RepeatDeps {
  clock: Clock;
  log: Log;
}

/** Runs a task, waits, runs it again, until closed. A failed run is logged and does not end it. */
export function repeat(
  { clock, log }: RepeatDeps,
  name: string,
  intervalMs: number,
  task: (signal: AbortSignal) => Promise<void> | void,
): AsyncDisposable {
  const stop = new AbortController();
  const loop = (async () => {
    while (!stop.signal.aborted) {
      try {
        await task(stop.signal);
      } catch (error) {
        if (!stop.signal.aborted) log.error({ err: error, task: name }, "task failed");
      }
      await clock.sleep(intervalMs, stop.signal).catch(() => undefined);
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await loop;
    },
  };
}
