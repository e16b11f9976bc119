import { Counter, Gauge, type Registry } from "prom-client";
import type { FixedHistogram } from "./fixed-histogram.ts";
import { histogramMetric, type Labels } from "./histogram-metric.ts";

/** Of one metric: the value of each combination of labels. */
export type Rows<Value = number> = Iterable<readonly [Labels, Value]>;

/** Adds metrics to a registry. Each is read when Prometheus asks; what counts is plain numbers elsewhere. */
export interface MetricMakers {
  counter(name: string, help: string, read: () => number): void;
  counters(name: string, help: string, labels: readonly string[], read: () => Rows): void;
  gauge(name: string, help: string, read: () => number): void;
  gauges(
    name: string,
    help: string,
    labels: readonly string[],
    read: () => Rows | Promise<Rows>,
  ): void;
  /** Of milliseconds, told in seconds. */
  seconds(
    name: string,
    help: string,
    labels: readonly string[],
    read: () => Rows<FixedHistogram>,
  ): void;
  /** 1, for what its labels say. */
  about(name: string, help: string, labels: Labels): void;
}

export function metricMakers(registry: Registry): MetricMakers {
  const registers = [registry];
  const gauges: MetricMakers["gauges"] = (name, help, labelNames, read) =>
    void new Gauge({
      ...{ name, help, registers, labelNames: [...labelNames] },
      async collect() {
        const rows = await read();
        this.reset();
        for (const [labels, value] of rows) this.set({ ...labels }, value);
      },
    });
  const counters: MetricMakers["counters"] = (name, help, labelNames, read) =>
    void new Counter({
      ...{ name, help, registers, labelNames: [...labelNames] },
      collect() {
        this.reset();
        for (const [labels, value] of read()) this.inc({ ...labels }, value);
      },
    });
  return {
    counters,
    gauges,
    counter: (name, help, read) => counters(name, help, [], () => [[{}, read()]]),
    gauge(name, help, read) {
      new Gauge({
        ...{ name, help, registers },
        collect() {
          this.set(read());
        },
      });
    },
    seconds: (name, help, _labels, read) =>
      registry.registerMetric(histogramMetric(name, help, read, 1_000)),
    about(name, help, labels) {
      new Gauge({ name, help, registers, labelNames: Object.keys(labels) }).set({ ...labels }, 1);
    },
  };
}

/** What was counted by the values of one label. */
export function* by<Value>(
  label: string,
  counts: Iterable<readonly [string, Value]>,
): Generator<readonly [Labels, Value]> {
  for (const [name, value] of counts) yield [{ [label]: name }, value];
}
