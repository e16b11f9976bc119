import type { Histogram } from "prom-client";
import type { FixedHistogram } from "./fixed-histogram.ts";

interface Sample {
  metricName: string;
  labels: Record<string, string | number>;
  value: number;
}

/** A histogram that was counted elsewhere, as a registry reads it; `unit` of its values make one. */
export function histogramMetric(
  name: string,
  help: string,
  histogram: FixedHistogram,
  unit: number,
): Histogram {
  const metric = {
    name,
    help,
    get: async () => ({
      ...{ name, help, type: "histogram", aggregator: "sum" },
      values: samplesOf(name, histogram, unit),
    }),
  };
  // A registry asks for no more than this; the library's own class would count everything again.
  return metric as unknown as Histogram;
}

function samplesOf(name: string, histogram: FixedHistogram, unit: number): Sample[] {
  const { bounds, counts, sum } = histogram;
  let below = 0;
  const buckets = [...bounds.map((bound) => bound / unit), "+Inf"].map((le, at) => {
    below += counts[at] ?? 0;
    return { metricName: `${name}_bucket`, labels: { le }, value: below };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels: {}, value: sum / unit },
    { metricName: `${name}_count`, labels: {}, value: below },
  ];
}
