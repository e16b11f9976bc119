import type { Clock } from "./clock.ts";
import { within } from "./within.ts";

/** A time that several waits share. */
export class Budget {
  readonly #clock: Clock;
  #leftMs: number;

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#leftMs = ms;
  }

  get isSpent(): boolean {
    return this.#leftMs === 0;
  }

  /** Runs a task with a signal that aborts when the parent does or nothing is left. */
  async spend<T>(parent: AbortSignal, task: (deadline: AbortSignal) => Promise<T>): Promise<T> {
    const beganMs = this.#clock.monotonicMs();
    try {
      return await within(this.#clock, this.#leftMs, parent, task);
    } finally {
      this.#leftMs = Math.max(0, this.#leftMs - (this.#clock.monotonicMs() - beganMs));
    }
  }
}
