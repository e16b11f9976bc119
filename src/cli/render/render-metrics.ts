import type { Colors } from "picocolors/types.js";
import type { BackendMetrics } from "../../protocol/metrics.ts";
import { formatBytes, formatShare } from "./format-bytes.ts";
import { renderTable } from "./render-table.ts";

/** What stands beside the figures of a backend. */
export interface MetricsRow {
  metrics: BackendMetrics;
  key: string;
  drone: string;
}

const HEAD = ["ID", "KEY", "DRONE", "CPU", "MEMORY", "PIDS", "NET IN/OUT", "DISK R/W", "OPEN"];

/** All of them once, the busiest first. */
export function renderUses(rows: readonly MetricsRow[], colors: Colors): string {
  const sorted = [...rows].sort((a, b) => (b.metrics.cpu ?? -1) - (a.metrics.cpu ?? -1));
  return renderTable(
    HEAD,
    sorted.map(({ metrics, key, drone }) => [
      metrics.backend_id,
      key,
      drone,
      ...figuresOf(metrics, colors),
    ]),
    colors,
  );
}

export function renderMetrics(metrics: BackendMetrics, colors: Colors): string {
  return renderTable(HEAD.slice(3), [figuresOf(metrics, colors)], colors);
}

/** One line, to stand among others of its kind. */
export function metricsLine(metrics: BackendMetrics, colors: Colors): string {
  const [cpu, memory, pids, net, disk, open] = figuresOf(metrics, colors);
  const time = colors.dim(new Date(metrics.at).toISOString().slice(11, 19));
  return `${time}  cpu ${cpu}  memory ${memory}  pids ${pids}  net ${net}  disk ${disk}  open ${open}`;
}

function figuresOf(metrics: BackendMetrics, colors: Colors): string[] {
  const { cpu, cpu_limit, memory_bytes: memory, memory_limit_bytes: limit } = metrics;
  return [
    cpu === null ? "-" : busy(cpu, cpu_limit ?? 1, colors),
    memory === null ? "-" : limit === null ? formatBytes(memory) : formatShare(memory, limit),
    String(metrics.pids ?? "-"),
    pair(metrics.network_received_bytes, metrics.network_sent_bytes),
    pair(metrics.disk_read_bytes, metrics.disk_written_bytes),
    String(metrics.open_connections),
  ];
}

/** In percent of a core, as people know it from top. */
function busy(cpu: number, limit: number, colors: Colors): string {
  const text = `${(cpu * 100).toFixed(1)}%`;
  return busyPaint(cpu, limit, colors)?.(text) ?? text;
}

export function busyPaint(cpu: number, limit: number, { red, yellow }: Colors) {
  if (cpu > 0.9 * limit) return red;
  return cpu > 0.5 * limit ? yellow : undefined;
}

function pair(first: number | null, second: number | null): string {
  const tell = (bytes: number | null) => (bytes === null ? "-" : formatBytes(bytes));
  return first === null && second === null ? "-" : `${tell(first)} / ${tell(second)}`;
}
