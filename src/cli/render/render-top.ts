import type { Colors } from "picocolors/types.js";
import type { BackendMetrics } from "../../protocol/metrics.ts";
import { type Cell, cutTo, type FitColumn, fitTable, widthOf } from "./fit-table.ts";
import { formatBytes, formatShare } from "./format-bytes.ts";
import { busyPaint, type MetricsRow } from "./render-metrics.ts";

/** What a table of backends is sorted by, and the key that asks for it. */
export const SORT_KEYS = {
  c: "cpu",
  m: "memory",
  n: "net",
  d: "disk",
  o: "open",
  k: "key",
} as const;
export type TopSort = (typeof SORT_KEYS)[keyof typeof SORT_KEYS];

/** Bytes a second since the last look; what is not known is null. */
export interface Rates {
  readonly net: number | null;
  readonly disk: number | null;
}

export interface TopRow extends MetricsRow {
  readonly rates: Rates;
}

export interface TopView {
  readonly rows: readonly TopRow[];
  readonly sort: TopSort;
  readonly columns: number;
  readonly lines: number;
  /** Why these figures are old; undefined: they are not. */
  readonly problem?: string | undefined;
  /** Epoch ms. */
  readonly now: number;
}

const HEAD_LINES = 4;

/** A screenful: the sum, the keys, and the busiest backends; nothing wider or longer than the screen. */
export function renderTop(view: TopView, colors: Colors): string[] {
  const { rows, sort, columns, lines, now, problem } = view;
  const sorted = [...rows].sort((a, b) => compare(a, b, sort));
  const room = Math.max(1, lines - HEAD_LINES);
  const cut = sorted.length > room ? sorted.slice(0, Math.max(1, room - 1)) : sorted;
  const left = sorted.length - cut.length;
  return [
    sumLine(rows, now, columns, colors),
    keyLine(sort, columns, colors),
    problem === undefined ? "" : colors.red(cutTo(`✖ ${problem}; trying again`, columns)),
    ...(rows.length === 0
      ? [colors.dim("No backend runs.")]
      : fitTable(columnsOf(cut, sort, colors), columns)),
    ...(left > 0 ? [colors.dim(`… and ${left} more`)] : []),
  ].slice(0, lines);
}

function compare(a: TopRow, b: TopRow, sort: TopSort): number {
  const byKey = a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
  return sort === "key" ? byKey : usedBy(b, sort) - usedBy(a, sort) || byKey;
}

function usedBy({ metrics, rates }: TopRow, sort: Exclude<TopSort, "key">): number {
  const values = {
    cpu: metrics.cpu,
    memory: metrics.memory_bytes,
    net: rates.net,
    disk: rates.disk,
    open: metrics.open_connections,
  };
  return values[sort] ?? -1;
}

function sumLine(rows: readonly TopRow[], now: number, columns: number, colors: Colors): string {
  const sum = (read: (metrics: BackendMetrics) => number | null) =>
    rows.reduce((total, { metrics }) => total + (read(metrics) ?? 0), 0);
  const cores = sum(({ cpu }) => cpu).toFixed(2);
  const parts = [
    `${rows.length} ${rows.length === 1 ? "backend" : "backends"}`,
    `${cores} cores`,
    formatBytes(sum(({ memory_bytes }) => memory_bytes)),
    `${sum(({ open_connections }) => open_connections)} open`,
  ];
  const text = cutTo(`hangar top  ${parts.join(" · ")}`, columns);
  const time = new Date(now).toTimeString().slice(0, 8);
  const gap = columns - widthOf(text) - time.length;
  const painted = text.replace("hangar top", colors.bold("hangar top"));
  return gap < 2 ? painted : `${painted}${" ".repeat(gap)}${colors.dim(time)}`;
}

function keyLine(sort: TopSort, columns: number, { bold, dim }: Colors): string {
  const keys = Object.entries(SORT_KEYS).map(([key, name]) => ({ key, name }));
  const width = keys.reduce((sum, { name }) => sum + name.length + 4, "sort by  q quit".length);
  if (width > columns) return dim(cutTo("c m n d o k sort, q quits", columns));
  const told = keys.map(({ key, name }) => {
    const text = `${key} ${name}`;
    return name === sort ? bold(text) : dim(text);
  });
  return [dim("sort by"), ...told, dim("q quit")].join("  ");
}

function columnsOf(rows: readonly TopRow[], sort: TopSort, colors: Colors): FitColumn[] {
  const column = (
    head: string,
    cellOf: (row: TopRow) => Cell,
    options: Partial<FitColumn> = {},
  ): FitColumn => ({
    head,
    cells: rows.map(cellOf),
    paintHead: head.toLowerCase().startsWith(sort) ? colors.bold : colors.dim,
    ...options,
  });
  const right = "right" as const;
  return [
    column("KEY", ({ key }) => ({ text: key || "-" }), { leastWidth: 12 }),
    column("CPU", ({ metrics }) => cpuCell(metrics, colors), { align: right }),
    column("MEMORY", ({ metrics }) => ({ text: memoryText(metrics) }), {
      ...{ align: right, importance: 7 },
    }),
    column("OPEN", ({ metrics }) => ({ text: String(metrics.open_connections) }), {
      ...{ align: right, importance: 5 },
    }),
    column("NET/S", ({ rates }) => ({ text: bytesText(rates.net) }), {
      ...{ align: right, importance: 4 },
    }),
    column("DISK/S", ({ rates }) => ({ text: bytesText(rates.disk) }), {
      ...{ align: right, importance: 2 },
    }),
    column("PIDS", ({ metrics }) => ({ text: String(metrics.pids ?? "-") }), {
      ...{ align: right, importance: 1 },
    }),
    column("DRONE", ({ drone }) => ({ text: drone }), { importance: 3, leastWidth: 8 }),
    column("ID", ({ metrics }) => ({ text: metrics.backend_id, paint: colors.dim }), {
      importance: 6,
    }),
  ];
}

function cpuCell(metrics: BackendMetrics, colors: Colors): Cell {
  const { cpu, cpu_limit } = metrics;
  if (cpu === null) return { text: "-" };
  return { text: `${(cpu * 100).toFixed(1)}%`, paint: busyPaint(cpu, cpu_limit ?? 1, colors) };
}

function memoryText({ memory_bytes: used, memory_limit_bytes: limit }: BackendMetrics): string {
  if (used === null) return "-";
  return limit === null ? formatBytes(used) : formatShare(used, limit);
}

function bytesText(bytes: number | null): string {
  return bytes === null ? "-" : formatBytes(Math.round(bytes));
}
