import type { ComponentProps } from "preact";
import type { Backend } from "../../src/protocol/backend.ts";
import type { BackendMetrics } from "../../src/protocol/metrics.ts";
import {
  formatBytes,
  formatCores,
  formatCount,
  formatDuration,
  formatRate,
} from "../format/format.ts";
import { phaseOf } from "../format/statuses.ts";
import { Chart } from "./chart.tsx";
import { type MetricSeries, seriesOf } from "./metric-series.ts";
import { useMetrics } from "./use-metrics.ts";

const MINUTE_MS = 60_000;
const LEAST_RATE = 10_240;

/** What it has used in the last minutes; what its runtime cannot tell has no chart. */
export function MetricPanel({ backend }: { backend: Backend }) {
  const isOver = backend.status === "terminated";
  const { samples, state } = useMetrics(backend.id, isOver);
  const last = samples.value.at(-1);
  if (isOver && last === undefined) return null;
  return (
    <section class="panel metrics" aria-label="Metrics">
      <div class="panel-head">
        <h2>Metrics</h2>
        <p class="muted">
          {state.value === "refused" ? "not to be had" : last && spanText(samples.value)}
        </p>
      </div>
      {last === undefined ? (
        <p class="panel-body muted metrics-empty">
          {phaseOf(backend.status) === "starting"
            ? "It is still starting."
            : "Waiting for the first figures…"}
        </p>
      ) : (
        <Charts series={seriesOf(samples.value)} last={last} />
      )}
    </section>
  );
}

/** "the last 4 m 10 s" */
function spanText(samples: readonly BackendMetrics[]): string {
  const [first, last] = [samples[0]?.at ?? 0, samples.at(-1)?.at ?? 0];
  return last - first < MINUTE_MS ? "live" : `the last ${formatDuration(last - first)}`;
}

function Charts({ series, last }: { series: MetricSeries; last: BackendMetrics }) {
  const { at, cpu, memory, connections, processes } = series;
  return (
    <div class="charts">
      <Chart
        title="CPU"
        unit={last.cpu_limit === null ? "cores" : `of ${formatCores(last.cpu_limit)} cores`}
        at={at}
        lines={[{ name: "used", values: cpu }]}
        limit={last.cpu_limit}
        format={formatCores}
        leastTop={0.1}
      />
      <Chart
        title="Memory"
        unit={last.memory_limit_bytes === null ? "" : `of ${formatBytes(last.memory_limit_bytes)}`}
        at={at}
        lines={[{ name: "used", values: memory }]}
        limit={last.memory_limit_bytes}
        format={formatBytes}
        isBinary
        leastTop={16 * 1_048_576}
      />
      {last.network_received_bytes !== null && (
        <RateChart
          title="Network"
          at={at}
          lines={[
            { name: "in", values: series.received },
            { name: "out", values: series.sent },
          ]}
        />
      )}
      {last.disk_read_bytes !== null && (
        <RateChart
          title="Disk"
          at={at}
          lines={[
            { name: "read", values: series.diskRead },
            { name: "written", values: series.diskWritten },
          ]}
        />
      )}
      <CountChart title="Connections" unit="open" at={at} values={connections} />
      {last.pids !== null && <CountChart title="Processes" unit="" at={at} values={processes} />}
    </div>
  );
}

interface RateChartProps {
  title: string;
  at: number[];
  lines: ComponentProps<typeof Chart>["lines"];
}

function RateChart(props: RateChartProps) {
  return (
    <Chart {...props} unit="" limit={null} format={formatRate} isBinary leastTop={LEAST_RATE} />
  );
}

interface CountChartProps {
  title: string;
  unit: string;
  at: number[];
  values: (number | null)[];
}

function CountChart({ values, ...props }: CountChartProps) {
  const lines = [{ name: "now", values }];
  return (
    <Chart {...props} lines={lines} limit={null} format={formatCount} isStepped leastTop={4} />
  );
}
