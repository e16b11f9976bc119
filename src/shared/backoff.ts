export interface BackoffOptions {
  firstMs: number;
  factor: number;
  capMs: number;
}

/** The pauses between tries: growing, capped, each with up to half taken off at random. */
export class Backoff {
  #tries = 0;
  readonly #options: BackoffOptions;
  readonly #random: () => number;

  constructor(options: BackoffOptions, random: () => number = Math.random) {
    this.#options = options;
    this.#random = random;
  }

  nextMs(): number {
    const { firstMs, factor, capMs } = this.#options;
    const full = Math.min(capMs, firstMs * factor ** this.#tries);
    this.#tries += 1;
    return full * (1 - this.#random() / 2);
  }

  reset(): void {
    this.#tries = 0;
  }
}
