import type { DroneTime } from "../../src/protocol/drone-messages.ts";

/** When a backend must end: readings of one clock, in ms. */
export interface Deadlines {
  readonly clock: string;
  /** They count from here: when the drone asked for them. */
  readonly askedAt: number;
  readonly softAt: number;
  readonly hardAt: number;
}

/** The drone's lease. It holds for every backend that has no deadlines of its own. */
export interface Lease extends Deadlines {
  readonly renewAt: number;
}

/** Of one backend alone. Only provisional ones give way to the drone's lease. */
export interface OwnDeadlines extends Deadlines {
  readonly provisional?: true;
}

export type LeasePhase = "held" | "soft" | "hard";

/**
 * An instance whose lease nobody knows, because the journal was lost, may run on for so long unless the
 * controller confirms it. Short, as its key may have been given away already.
 */
const PROVISIONAL_SOFT_MS = 15_000;
const PROVISIONAL_HARD_MS = 20_000;

/** Hard is asked for first: who comes late must not end softly what has to be gone. */
export function phaseOf({ clock, askedAt, softAt, hardAt }: Deadlines, now: DroneTime): LeasePhase {
  // After another boot, and on a clock that was turned back, nothing is known but that time has passed.
  if (clock !== now.clock || now.ms < askedAt || now.ms >= hardAt) return "hard";
  return now.ms >= softAt ? "soft" : "held";
}

export function isRenewalDue(lease: Lease, now: DroneTime): boolean {
  return phaseOf(lease, now) !== "held" || now.ms >= lease.renewAt;
}

export function provisionalDeadlines({ clock, ms }: DroneTime): OwnDeadlines {
  return {
    clock,
    askedAt: ms,
    softAt: ms + PROVISIONAL_SOFT_MS,
    hardAt: ms + PROVISIONAL_HARD_MS,
    provisional: true,
  };
}
