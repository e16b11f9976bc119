import type { Beat } from "../store/store.ts";

/** One look at the two clocks: the database's, and the controller's own that never jumps. */
export interface Look {
  beat: Beat;
  monotonicMs: number;
}

/**
 * Whether nobody can be blamed for having been silent: no controller was there, or the database's clock
 * has jumped. Then leases and idle clocks begin anew before any is judged.
 */
export function isOutage(before: Look | undefined, look: Look, toleranceMs: number): boolean {
  const { silentMs } = look.beat;
  if (silentMs === null || silentMs > toleranceMs) return true;
  if (before === undefined) return false;
  const byDatabase = look.beat.now - before.beat.now;
  const byOwn = look.monotonicMs - before.monotonicMs;
  return byDatabase - byOwn > toleranceMs;
}
