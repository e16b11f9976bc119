import { LRUCache } from "lru-cache";
import type { RateLimit } from "../../src/protocol/api-key.ts";
import type { Clock } from "../../src/shared/clock.ts";

interface Bucket {
  level: number;
  atMs: number;
}

export interface Taken {
  /** 0: it was there. Else nothing was taken, and so long it takes until it will be. */
  waitMs: number;
  left: number;
}

/**
 * So much at once, then as it flows in. A full bucket is as good as none, so those that were not asked of
 * for long are forgotten. Two numbers an owner, without a timer or a promise: a busy controller asks it
 * thousands of times a second.
 */
export class TokenBuckets {
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #buckets: LRUCache<string, Bucket>;

  constructor(clock: Pick<Clock, "monotonicMs">, maxOwners: number) {
    this.#clock = clock;
    this.#buckets = new LRUCache({ max: maxOwners });
  }

  take(owner: string, limit: RateLimit, amount = 1): Taken {
    const bucket = this.#bucketOf(owner, limit);
    const missing = amount - bucket.level;
    if (missing > 0) {
      return { waitMs: (missing / limit.requests_per_second) * 1_000, left: bucket.level };
    }
    bucket.level -= amount;
    return { waitMs: 0, left: bucket.level };
  }

  /** Of what has happened already: what is not there is owed, up to what fits. */
  charge(owner: string, limit: RateLimit, amount: number): void {
    const bucket = this.#bucketOf(owner, limit);
    bucket.level = Math.max(-limit.burst, bucket.level - amount);
  }

  #bucketOf(owner: string, { requests_per_second, burst }: RateLimit): Bucket {
    const nowMs = this.#clock.monotonicMs();
    const bucket = this.#buckets.get(owner) ?? { level: burst, atMs: nowMs };
    const flownIn = ((nowMs - bucket.atMs) / 1_000) * requests_per_second;
    bucket.level = Math.min(burst, bucket.level + flownIn);
    bucket.atMs = nowMs;
    this.#buckets.set(owner, bucket);
    return bucket;
  }
}
