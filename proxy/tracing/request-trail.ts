import type { Clock } from "../../src/shared/clock.ts";

/** A time that a request has spent with the proxy, epoch ms. */
export interface Stretch {
  readonly name: "route lookup" | "hold";
  readonly startAt: number;
  readonly endAt: number;
}

/** Where a request's time went before it was decided. Kept while it is not known whether anybody wants to hear of it. */
export class RequestTrail {
  readonly startAt: number;
  readonly stretches: Stretch[] = [];
  readonly #clock: Clock;
  readonly #startedMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.startAt = clock.now();
    this.#startedMs = clock.monotonicMs();
  }

  /** Epoch ms, by a clock that does not jump while the request lasts. */
  get now(): number {
    return this.startAt + this.#clock.monotonicMs() - this.#startedMs;
  }

  /** Waits for the work, and remembers for how long. */
  async spent<T>(name: Stretch["name"], work: Promise<T>): Promise<T> {
    const startAt = this.now;
    try {
      return await work;
    } finally {
      this.stretches.push({ name, startAt, endAt: this.now });
    }
  }
}
