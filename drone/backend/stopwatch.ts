import type { Clock } from "../../src/shared/clock.ts";

/** Whole milliseconds since it was started. */
export function stopwatch(clock: Clock): () => number {
  const startedMs = clock.monotonicMs();
  return () => Math.round(clock.monotonicMs() - startedMs);
}
