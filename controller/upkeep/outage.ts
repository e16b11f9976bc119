import type { Beat } from "../store/store.ts";

/** One look at the two clocks: the database's, and the controller's own that never jumps. */
export interface Look {
  beat: Beat;
  monotonicMs: number;
}

export interface Tolerance {
  /** A silence of all controllers that costs no drone its lease. */
  silenceMs: number;
  /** Less than what lies between a drone's hard deadline and its lease's expiry. */
  jumpMs: number;
}

/**
 * Whether nobody can be blamed for having been silent: no controller was there, or the database's clock
 * has jumped. Then leases and idle clocks begin anew before any is judged.
 */
export function isOutage(
  before: Look | undefined,
  look: Look,
  { silenceMs, jumpMs }: Tolerance,
): boolean {
  const { silentMs } = look.beat;
  if (silentMs === null || silentMs > silenceMs) return true;
  if (before === undefined) return false;
  const byDatabase = look.beat.now - before.beat.now;
  const byOwn = look.monotonicMs - before.monotonicMs;
  return byDatabase - byOwn > jumpMs;
}
