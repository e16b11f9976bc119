import { FixedHistogram } from "../../src/shared/figures/fixed-histogram.ts";

/** Milliseconds; whoever waits for ready, or follows, takes long on purpose. */
const BOUNDS_MS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000];

/** What was asked of one route of the API. */
export class RouteTally {
  readonly method: string;
  /** Its template: `/v1/backends/:id`. */
  readonly url: string;
  readonly tookMs = new FixedHistogram(BOUNDS_MS);
  readonly #byClass = new Float64Array(6);

  constructor(method: string, url: string) {
    this.method = method;
    this.url = url;
  }

  answered(status: number, tookMs: number): void {
    const index = Math.floor(status / 100);
    this.#byClass[index] = (this.#byClass[index] ?? 0) + 1;
    this.tookMs.observe(tookMs);
  }

  /** "2xx" and the like, of what was answered. */
  get byClass(): readonly (readonly [string, number])[] {
    return [...this.#byClass].flatMap((count, index) =>
      count > 0 ? [[`${index}xx`, count] as const] : [],
    );
  }
}
