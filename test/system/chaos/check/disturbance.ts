import {
  CONTROLLERS,
  type Drone,
  disconnects,
  engineOf,
  type PastFault,
  type Target,
} from "../fault.ts";

export interface Stretch {
  from: number;
  to: number;
}

/** A dialler's pauses start small only after a connection that outlived the longest of them. */
const LONGEST_PAUSE_MS = 10_000;
const FRESH_AFTER_MS = LONGEST_PAUSE_MS + 2_000;
/** A stopped or slowed process needs a moment to catch up; a new one has to start. */
const CATCH_UP_MS = 500;
const START_MS = 2_000;
/** Less than this between two disturbances is no time to renew anything. */
const BREATH_MS = 1_000;

/** Whether a fault can keep a drone from renewing its lease. */
export function touches({ target }: PastFault, drone: Drone): boolean {
  const own: Target[] = [drone, engineOf(drone), "postgres", ...CONTROLLERS];
  return own.includes(target);
}

/**
 * The times in which a drone may have been unable to renew: its faults with what each needs afterwards,
 * and what lies too close between two of them.
 */
export function disturbances(faults: readonly PastFault[]): Stretch[] {
  const single = faults
    .map((fault) => ({ from: fault.began, to: fault.until + recoveryMs(fault, faults) }))
    .sort((a, b) => a.from - b.from);
  const merged: Stretch[] = [];
  for (const stretch of single) {
    const last = merged.at(-1);
    if (last === undefined || stretch.from - last.to > BREATH_MS) merged.push({ ...stretch });
    else last.to = Math.max(last.to, stretch.to);
  }
  return merged;
}

function recoveryMs(fault: PastFault, all: readonly PastFault[]): number {
  if (!disconnects(fault)) return CATCH_UP_MS;
  const isFresh = !all.some(
    (other) =>
      other !== fault &&
      disconnects(other) &&
      other.began <= fault.began &&
      other.until + FRESH_AFTER_MS > fault.began,
  );
  // A pause is at most 1.7 times the one before, so at most 0.7 of all of them together.
  return START_MS + (isFresh ? 0.8 * (fault.until - fault.began) : LONGEST_PAUSE_MS);
}
