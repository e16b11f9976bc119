import type { Clock } from "../../shared/clock.ts";

/** A clock read beside this machine's steady one. */
export interface ClockSample {
  /** Midway through the reading. */
  steadyMs: number;
  readMs: number;
  /** How long the reading took: no better than half of this is known of the moment. */
  tripMs: number;
}

const SAMPLES = 11;
const EVERY_MS = 150;

/** Reads a clock for a second and a half. */
export async function sampleClock(
  clock: Clock,
  read: () => Promise<number> | number,
  signal: AbortSignal,
): Promise<ClockSample[]> {
  const samples: ClockSample[] = [];
  for (let count = 0; count < SAMPLES; count += 1) {
    if (count > 0) await clock.sleep(EVERY_MS, signal);
    const beforeMs = clock.monotonicMs();
    const readMs = await read();
    const tripMs = clock.monotonicMs() - beforeMs;
    samples.push({ steadyMs: beforeMs + tripMs / 2, readMs, tripMs });
  }
  return samples;
}
