import type { Clock } from "./clock.ts";

/** Runs a task with a signal that aborts when the time is over or the parent aborts. */
export async function within<T>(
  clock: Clock,
  ms: number,
  parent: AbortSignal,
  task: (deadline: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const done = new AbortController();
  clock.sleep(ms, done.signal).then(
    () => over.abort(),
    () => undefined,
  );
  try {
    return await task(AbortSignal.any([parent, over.signal]));
  } finally {
    done.abort();
  }
}
