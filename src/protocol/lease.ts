import { assert } from "./assert.ts";

/**
 * The life of a lease, in ms from the moment at which its drone asked for it. A drone holds one lease
 * for all of its backends. It asks again from `renewMs` on; without an answer it asks its backends to
 * end at `softMs`, and kills them at `hardMs`. Only after `expiryMs`, counted by the database from a
 * later moment, may the controller give their keys away.
 */
export interface LeaseTimings {
  renewMs: number;
  softMs: number;
  hardMs: number;
  expiryMs: number;
}

/** Source: Plane's constants, kept. */
export const LEASE: LeaseTimings = {
  renewMs: 30_000,
  softMs: 40_000,
  hardMs: 50_000,
  expiryMs: 60_000,
};

/** Throws unless 0 < renew < soft < hard < expiry: in any other order a key could have two live backends. */
export function checkLease(timings: LeaseTimings): LeaseTimings {
  const { renewMs, softMs, hardMs, expiryMs } = timings;
  assert(
    0 < renewMs && renewMs < softMs && softMs < hardMs && hardMs < expiryMs,
    `a lease needs 0 < renew < soft < hard < expiry, not ${renewMs}, ${softMs}, ${hardMs}, ${expiryMs} ms`,
  );
  return timings;
}

checkLease(LEASE);
