/** How a value reads. */
export type Unit = "a second" | "ms" | "KiB" | "CPU seconds";

export interface Metric {
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  readonly better: "more" | "less";
  /** What counts is the difference to no proxy in the same round. */
  readonly added: boolean;
}

/** Shares of a core. */
export interface Busy {
  /** Undefined without a proxy. */
  readonly proxy: number | undefined;
  /** The load and the backend, which share one. */
  readonly others: number;
}

/** One value of one round. */
export interface Sample {
  readonly metric: string;
  readonly contender: string;
  readonly round: number;
  readonly value: number;
  /** What was used of the two cores meanwhile, where that says something. */
  readonly busy?: Busy | undefined;
}
