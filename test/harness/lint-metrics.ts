import type { Metric, Sample } from "./parse-metrics.ts";

const BASE_UNITS = /_(seconds|bytes|cpus)(_total|_count)?$/;
const OTHER_UNITS = /_(ms|milliseconds|minutes|hours|days|kb|mb|kib|mib|percent)(_|$)/;
/** What grows without bound, or is a secret. */
const UNBOUNDED = /^(id|backend|backend_id|key|token|user|session|address|path|url|trace_id)$/;

/** What our own metrics break of Prometheus' conventions and of ours; empty if all is well. */
export function lintMetrics(metrics: readonly Metric[], prefix: string): string[] {
  return metrics
    .filter(({ name }) => name.startsWith("hangar_"))
    .flatMap((metric) => problemsOf(metric, prefix).map((problem) => `${metric.name}: ${problem}`));
}

function problemsOf({ name, help, type, samples }: Metric, prefix: string): string[] {
  const labels = samples.flatMap((sample) => Object.keys(sample.labels));
  const problems: Record<string, boolean> = {
    [`does not begin with ${prefix}`]: !name.startsWith(prefix),
    "is not in lower case": !/^[a-z][a-z0-9_]*$/.test(name) || name.includes("__"),
    "has a counter's name, or is one without": (type === "counter") !== name.endsWith("_total"),
    "is in no base unit": OTHER_UNITS.test(name),
    "is a histogram of no unit": type === "histogram" && !BASE_UNITS.test(name),
    "has a reserved ending": /_(bucket|sum|count)$/.test(name),
    "says in its name what type it is": /_(gauge|counter|histogram)(_|$)/.test(name),
    "has no help, or one that is no sentence": !/^[A-Z0-9].*\.$/.test(help),
    "has a label that grows without bound": labels.some((label) => UNBOUNDED.test(label)),
    "goes below 0": samples.some(({ value }) => value < 0 || Number.isNaN(value)),
    "has buckets that do not add up": type === "histogram" && !addUp(samples),
  };
  return Object.entries(problems).flatMap(([problem, isThere]) => (isThere ? [problem] : []));
}

/** For each combination of labels: buckets ascend, and the last holds all. */
function addUp(samples: readonly Sample[]): boolean {
  const groups = new Map<string, { buckets: Sample[]; count: number | undefined }>();
  for (const sample of samples) {
    const { le: _, ...labels } = sample.labels;
    const group = groups.get(JSON.stringify(labels)) ?? { buckets: [], count: undefined };
    if (sample.name.endsWith("_bucket")) group.buckets.push(sample);
    if (sample.name.endsWith("_count")) group.count = sample.value;
    groups.set(JSON.stringify(labels), group);
  }
  return [...groups.values()].every(({ buckets, count }) => {
    const values = buckets.map(({ value }) => value);
    const last = buckets.at(-1);
    return (
      values.every((value, at) => value >= (values[at - 1] ?? 0)) &&
      leOf(last) === "+Inf" &&
      last?.value === count
    );
  });
}

function leOf(sample: Sample | undefined): string | undefined {
  const { le } = sample?.labels ?? {};
  return le;
}
