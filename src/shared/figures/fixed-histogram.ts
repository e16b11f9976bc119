/** Counts of observations by upper bound: an observation costs a short search and three additions. */
export class FixedHistogram {
  /** Ascending; what is above the last is counted in one more bucket. */
  readonly bounds: readonly number[];
  readonly counts: Float64Array;
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let bucket = 0;
    while (bucket < this.bounds.length && value > (this.bounds[bucket] ?? 0)) bucket += 1;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sum += value;
  }

  get total(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }
}
