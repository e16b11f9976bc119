import type { Beat } from "../store/fleet-store.ts";

/** One look at the two clocks: the database's, and the controller's own that never jumps. */
export interface Look {
  beat: Beat;
  /** Own clock: before the database was asked, and after it had answered. */
  askedMs: number;
  answeredMs: number;
}

export interface Tolerance {
  /** A silence of all controllers that costs no drone its lease. */
  silenceMs: number;
  /** Less than what lies between a drone's hard deadline and its lease's expiry. */
  jumpMs: number;
}

export interface Outage {
  /** By how much the database's clock was set back; else 0. */
  setBackMs: number;
}

/**
 * A time for which nobody can be blamed for having been silent: no controller was there, or the
 * database's clock has jumped. Then leases and idle clocks begin anew before any is judged.
 */
export function findOutage(
  before: Look | undefined,
  look: Look,
  { silenceMs, jumpMs }: Tolerance,
): Outage | undefined {
  const { silentMs } = look.beat;
  if (silentMs === null || silentMs > silenceMs) return { setBackMs: 0 };
  if (before === undefined) return silentMs < -jumpMs ? { setBackMs: -silentMs } : undefined;
  const byDatabase = look.beat.now - before.beat.now;
  // The database read its clock at some moment between question and answer.
  const atLeast = look.askedMs - before.answeredMs;
  const atMost = look.answeredMs - before.askedMs;
  if (byDatabase > atMost + jumpMs) return { setBackMs: 0 };
  return byDatabase < atLeast - jumpMs ? { setBackMs: atLeast - byDatabase } : undefined;
}
