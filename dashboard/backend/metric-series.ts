import type { BackendMetrics } from "../../src/protocol/metrics.ts";

type Values = (number | null)[];
type Total =
  | "network_received_bytes"
  | "network_sent_bytes"
  | "disk_read_bytes"
  | "disk_written_bytes";

/** Columns for charts; `at` in seconds, rates per second. A gap is null. */
export interface MetricSeries {
  readonly at: number[];
  readonly cpu: Values;
  readonly memory: Values;
  readonly received: Values;
  readonly sent: Values;
  readonly diskRead: Values;
  readonly diskWritten: Values;
  readonly connections: Values;
  readonly processes: Values;
}

/** The samples of the last minutes. One that is not newer than the last is a repetition, and ignored. */
export function addSample(
  samples: readonly BackendMetrics[],
  sample: BackendMetrics,
  keepMs: number,
): readonly BackendMetrics[] {
  const last = samples.at(-1);
  if (last !== undefined && sample.at <= last.at) return samples;
  return [...samples.filter(({ at }) => at > sample.at - keepMs), sample];
}

export function seriesOf(samples: readonly BackendMetrics[]): MetricSeries {
  const rates = (field: Total) =>
    samples.map((sample, index) => rate(samples[index - 1], sample, field));
  return {
    at: samples.map(({ at }) => at / 1_000),
    cpu: samples.map(({ cpu }) => cpu),
    memory: samples.map(({ memory_bytes }) => memory_bytes),
    received: rates("network_received_bytes"),
    sent: rates("network_sent_bytes"),
    diskRead: rates("disk_read_bytes"),
    diskWritten: rates("disk_written_bytes"),
    connections: samples.map(({ open_connections }) => open_connections),
    processes: samples.map(({ pids }) => pids),
  };
}

/** A total that shrinks belongs to a container that was started anew: what it was before is not known. */
function rate(
  before: BackendMetrics | undefined,
  after: BackendMetrics,
  field: Total,
): number | null {
  const [from, to] = [before?.[field] ?? null, after[field]];
  if (before === undefined || from === null || to === null || to < from) return null;
  const seconds = (after.at - before.at) / 1_000;
  return seconds > 0 ? (to - from) / seconds : null;
}
