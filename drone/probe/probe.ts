import { PROBE_CAP_MS, PROBE_FIRST_MS } from "../../src/protocol/timings.ts";
import type { Clock } from "../../src/shared/clock.ts";
import { within } from "../../src/shared/within.ts";
import { askOnce, type ProbeTarget } from "./ask-once.ts";

const GROWTH = 1.3;
/** For one try; an app that is slow at first is asked again, not given up. */
const TRY_MS = 5_000;

/** Asks until the app answers. False if it has not done so in time; it is always asked at least once. */
export async function probe(
  { clock, onTry }: { clock: Clock; onTry?: () => void },
  { timeoutMs, ...target }: ProbeTarget & { timeoutMs: number },
  signal: AbortSignal,
): Promise<boolean> {
  const startedMs = clock.monotonicMs();
  const remainingMs = () => timeoutMs - (clock.monotonicMs() - startedMs);
  for (let pauseMs = PROBE_FIRST_MS; ; pauseMs = Math.min(PROBE_CAP_MS, pauseMs * GROWTH)) {
    // Even past the deadline an app that answers at once may do so: a drone may come back late.
    const tryMs = Math.max(PROBE_CAP_MS, Math.min(TRY_MS, remainingMs()));
    onTry?.();
    if (await within(clock, tryMs, signal, (over) => askOnce(target, over))) return true;
    signal.throwIfAborted();
    if (remainingMs() <= 0) return false;
    await clock.sleep(Math.min(pauseMs, remainingMs()), signal);
  }
}
