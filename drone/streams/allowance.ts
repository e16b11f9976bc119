/** What may be used up to a total that is raised from elsewhere; who waits longest goes first. */
export class Allowance {
  #total: number;
  #used = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(total: number) {
    this.#total = total;
  }

  /** The total may only grow: what comes late or twice changes nothing. */
  raiseTo(total: number): void {
    this.#total = Math.max(this.#total, total);
    this.#serve();
  }

  /** Rejects with the signal's reason. */
  async use(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#waiting.length === 0 && this.#used < this.#total) {
      this.#used += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const granted = () => {
        signal.removeEventListener("abort", abort);
        resolve();
      };
      const abort = () => {
        this.#waiting.splice(this.#waiting.indexOf(granted), 1);
        reject(signal.reason);
      };
      this.#waiting.push(granted);
      signal.addEventListener("abort", abort, { once: true });
    });
  }

  #serve(): void {
    while (this.#used < this.#total) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#used += 1;
      next();
    }
  }
}
