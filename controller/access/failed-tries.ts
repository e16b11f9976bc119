import { ApiError } from "../../src/protocol/errors.ts";
import { ownerOfAddress } from "../../src/shared/addresses.ts";
import type { Clock } from "../../src/shared/clock.ts";
import { TokenBuckets } from "./token-buckets.ts";

/** Nobody guesses 238 bits: this keeps guesses from costing the database much. */
const TRIES = { requests_per_second: 5, burst: 50 };
const MAX_ADDRESSES = 10_000;

/** What a failed sign-in costs, as people type them; another wrong key costs 1. */
export const SIGN_IN_COST = 5;

/** Counts, by address, keys that were not good. */
export class FailedTries {
  readonly #buckets: TokenBuckets;

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#buckets = new TokenBuckets(clock, MAX_ADDRESSES);
  }

  /** Throws if there were too many. Whoever was let in before need not ask. */
  check(address: string): void {
    const { waitMs } = this.#buckets.take(ownerOfAddress(address), TRIES, 0);
    if (waitMs === 0) return;
    throw new ApiError("rate-limited", "too many wrong keys from your address", {
      retryAfterSeconds: Math.ceil(waitMs / 1_000),
    });
  }

  count(address: string, cost = 1): void {
    this.#buckets.charge(ownerOfAddress(address), TRIES, cost);
  }
}
