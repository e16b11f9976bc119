import type { Histogram } from "prom-client";
import type { FixedHistogram } from "./fixed-histogram.ts";

export type Labels = Readonly<Record<string, string>>;

interface Sample {
  metricName: string;
  labels: Record<string, string | number>;
  value: number;
}

/** Histograms that were counted elsewhere, as a registry reads them; `unit` of their values make one. */
export function histogramMetric(
  name: string,
  help: string,
  read: () => Iterable<readonly [Labels, FixedHistogram]>,
  unit: number,
): Histogram {
  const metric = {
    name,
    help,
    get: async () => ({
      ...{ name, help, type: "histogram", aggregator: "sum" },
      values: [...read()].flatMap(([labels, histogram]) =>
        samplesOf(name, labels, histogram, unit),
      ),
    }),
  };
  // A registry asks for no more than this; the library's own class would count everything again.
  return metric as unknown as Histogram;
}

function samplesOf(
  name: string,
  labels: Labels,
  { bounds, counts, sum }: FixedHistogram,
  unit: number,
): Sample[] {
  let below = 0;
  const buckets = [...bounds.map((bound) => bound / unit), "+Inf"].map((le, at) => {
    below += counts[at] ?? 0;
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: below };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels: { ...labels }, value: sum / unit },
    { metricName: `${name}_count`, labels: { ...labels }, value: below },
  ];
}
