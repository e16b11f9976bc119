import type { Clock } from "../../../src/shared/clock.ts";

/** Whoever leaves a page gives up all that is under way, some times in a row; twice the streams of one connection. */
const AT_ONCE = 256;
const PER_SECOND = 32;

/**
 * How many streams of one connection may end before their answers have begun. A stream that is reset no longer
 * counts as open, so without this a client could have any number begun (CVE-2023-44487).
 */
export class ResetBudget {
  readonly #clock: Pick<Clock, "monotonicMs">;
  #left = AT_ONCE;
  #filledMs: number;

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#clock = clock;
    this.#filledMs = clock.monotonicMs();
  }

  /** False if it is used up. */
  take(): boolean {
    const nowMs = this.#clock.monotonicMs();
    const regained = ((nowMs - this.#filledMs) / 1_000) * PER_SECOND;
    this.#left = Math.min(AT_ONCE, this.#left + regained) - 1;
    this.#filledMs = nowMs;
    return this.#left >= 0;
  }
}
