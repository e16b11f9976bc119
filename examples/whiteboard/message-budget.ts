/** How many messages a visitor may send: so many at once, and so many a second in the long run. */
export class MessageBudget {
  readonly #perSecond: number;
  readonly #burst: number;
  #left: number;
  #countedAtMs: number;

  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#left = burst;
    this.#countedAtMs = nowMs;
  }

  /** False once the budget is used up. */
  spend(nowMs: number): boolean {
    const earned = ((nowMs - this.#countedAtMs) / 1_000) * this.#perSecond;
    this.#left = Math.min(this.#burst, this.#left + earned) - 1;
    this.#countedAtMs = nowMs;
    return this.#left >= 0;
  }
}
