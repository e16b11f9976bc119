import type { Backend } from "../../src/protocol/backend.ts";
import type { BackendMetrics } from "../../src/protocol/metrics.ts";
import { formatBytes, formatCores, formatCount, formatRate } from "../format/format.ts";
import { phaseOf } from "../format/statuses.ts";
import { Chart } from "./chart.tsx";
import { type MetricSeries, seriesOf } from "./metric-series.ts";
import { useMetrics } from "./use-metrics.ts";

/** CPU, memory, network and connections of the last minutes. */
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
          {state.value === "refused" ? "not to be had" : last && `${last.pids ?? "?"} processes`}
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

function Charts({ series, last }: { series: MetricSeries; last: BackendMetrics }) {
  const { at, cpu, memory, received, sent, connections } = series;
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
      <Chart
        title="Network"
        unit=""
        at={at}
        lines={[
          { name: "in", values: received },
          { name: "out", values: sent },
        ]}
        limit={null}
        format={formatRate}
        isBinary
        leastTop={10_240}
      />
      <Chart
        title="Connections"
        unit="open"
        at={at}
        lines={[{ name: "open", values: connections }]}
        limit={null}
        format={formatCount}
        isStepped
        leastTop={4}
      />
    </div>
  );
}
