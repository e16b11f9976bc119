import Table from "cli-table3";
import { type Figure, FLOOR, type MetricFigures } from "./figures.ts";
import { asMicroseconds, asRatio, asShare, asValue } from "./format.ts";
import type { ContenderReport, ProxyReport } from "./report.ts";

/** For people. One table a metric: who takes part, the figure, and how it stands beside nginx and HAProxy. */
export function proxyTables(report: ProxyReport): string {
  const { contenders, metrics, failures } = report;
  return [
    ...metrics.map((metric) => metricTable(metric, contenders)),
    contenderTable(contenders),
    ...failures.map((failure) => `FAILED ${failure}`),
    ...methodOf(report),
  ].join("\n");
}

function metricTable(metric: MetricFigures, contenders: readonly ContenderReport[]): string {
  const showsBusy = metric.figures.some((figure) => figure.others_busy !== undefined);
  const table = tableOf([
    `${metric.title}${metric.better === "less" ? " (less is better)" : ""}`,
    ...["median", "min – max", "× nginx", "× HAProxy"],
    ...(showsBusy ? ["proxy's CPU each", "its core", "load's core"] : []),
  ]);
  for (const figure of metric.figures) {
    const contender = contenders.find(({ name }) => name === figure.contender);
    const title = contender?.title ?? figure.contender;
    const suffix = metric.added && figure.contender === FLOOR ? ", in all" : "";
    table.push([`${title}${suffix}`, ...cellsOf(figure, metric, showsBusy)]);
  }
  return table.toString();
}

function cellsOf(figure: Figure, { unit, added }: MetricFigures, showsBusy: boolean): string[] {
  // An added latency and a whole one do not compare.
  const compares = !(added && figure.contender === FLOOR);
  return [
    asValue(figure.median, unit),
    figure.min === undefined ? "" : `${asValue(figure.min, unit)} – ${asValue(figure.max, unit)}`,
    compares ? asRatio(figure.to_nginx) : "",
    compares ? asRatio(figure.to_haproxy) : "",
    ...(showsBusy
      ? [asMicroseconds(cpuEach(figure)), asShare(figure.proxy_busy), asShare(figure.others_busy)]
      : []),
  ];
}

/** Between rows. */
const NO_LINES = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };
/** Seconds of CPU that the proxy takes for one: it counts even where the load was the limit. */
function cpuEach({ proxy_busy, median }: Figure): number | undefined {
  return proxy_busy === undefined || !median ? undefined : proxy_busy / median;
}

const PROSE_WIDTH = 90;

function contenderTable(contenders: readonly ContenderReport[]): string {
  const head = ["who", "version", "what it does with a request"];
  const table = new Table({
    head,
    chars: NO_LINES,
    style: { head: [], border: [] },
    colWidths: [null, null, PROSE_WIDTH],
    wordWrap: true,
  });
  for (const { title, version, does, absent } of contenders) {
    table.push([title, version ?? "", absent === undefined ? does : `not here: ${absent}`]);
  }
  return table.toString();
}

function methodOf(report: ProxyReport): string[] {
  const { connections, rounds, round_ms, steady_per_second, idle_sockets, machine } = report;
  const steady = steady_per_second.toLocaleString("en");
  return [
    `Medians of ${rounds} rounds of ${round_ms / 1_000} s; each round visits every contender in turn. ${connections} keep-alive connections.`,
    "The proxy alone has one core, the load and the backend share the other. Where theirs was full and the proxy's was not, they were the limit, and its CPU time for each one tells more.",
    `Latencies: ${steady}/s whatever the answers do, each counted from when it was due; beside no proxy in the same round.`,
    `Memory: resident, with ${idle_sockets.toLocaleString("en")} silent WebSockets, in a process started for it; each socket's is what came on top. 1 GB: of bodies, counted once.`,
    machine,
  ];
}

function tableOf(head: string[]) {
  const colAligns = head.map((_, index) => (index === 0 ? "left" : "right"));
  return new Table({ head, colAligns, chars: NO_LINES, style: { head: [], border: [] } });
}
