/** When each of a fixed number of messages a second is due. */
export class Schedule {
  readonly #count: number;
  readonly #gapMs: number;
  #taken = 0;

  constructor(perSecond: number, ms: number) {
    this.#count = Math.floor((perSecond * ms) / 1_000);
    this.#gapMs = 1_000 / perSecond;
  }

  get isEmpty(): boolean {
    return this.#taken >= this.#count;
  }

  /** When the next message was due; undefined if that is still to come, or there is none. */
  take(nowMs: number): number | undefined {
    const dueMs = this.#taken * this.#gapMs;
    if (this.isEmpty || dueMs > nowMs) return undefined;
    this.#taken += 1;
    return dueMs;
  }

  /** What has not been taken. */
  rest(): number[] {
    const rest = Array.from(
      { length: this.#count - this.#taken },
      (_, index) => (this.#taken + index) * this.#gapMs,
    );
    this.#taken = this.#count;
    return rest;
  }
}
