import type { Colors } from "picocolors/types.js";
import type { TimelineEntry } from "../../protocol/backend.ts";
import type { Status } from "../../protocol/backend-state.ts";
import { formatDuration } from "./format-duration.ts";
import { type Span, spawnSpans } from "./spawn-spans.ts";
import { statusColumn } from "./status-text.ts";

const NAME_WIDTH = 18;
const BAR_WIDTH = 40;
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** The spawn as bars, each where it lies in time; then the states that followed. */
export function renderTimeline(timeline: readonly TimelineEntry[], colors: Colors): string {
  const [first] = timeline;
  if (first === undefined) return "";
  const spans = spawnSpans(timeline);
  const later = timeline.filter(({ status }) => LATER.includes(status));
  return [
    ...spans.map((span) => spanLine(span, totalOf(spans), colors)),
    ...later.map(({ status, at }) => stateLine(status, at - first.at, colors)),
  ].join("\n");
}

const LATER: readonly string[] = ["ready", "terminating", "hard-terminating", "terminated"];

function stateLine(status: Status, afterMs: number, colors: Colors): string {
  const after = formatDuration(afterMs).padStart(9);
  return `  ${statusColumn(status, colors, NAME_WIDTH)} ${after}  ${colors.dim("since scheduled")}`;
}

function totalOf(spans: readonly Span[]): number {
  return Math.max(1, ...spans.map(({ atMs, ms }) => atMs + ms));
}

function spanLine({ label, atMs, ms, isCut }: Span, totalMs: number, colors: Colors): string {
  const name = colors.dim((isCut ? `${label} ✕` : label).padEnd(NAME_WIDTH));
  const paint = isCut ? colors.red : colors.cyan;
  return `  ${name} ${formatDuration(ms).padStart(9)}  ${paint(bar(atMs / totalMs, ms / totalMs))}`;
}

/** Eighths of a cell, and never nothing: what took no time still happened. */
function bar(from: number, share: number): string {
  const start = Math.min(BAR_WIDTH - 1, Math.round(from * BAR_WIDTH));
  const eighths = Math.max(1, Math.round(share * BAR_WIDTH * 8));
  const filled = Math.min(eighths, (BAR_WIDTH - start) * 8);
  return `${" ".repeat(start)}${"█".repeat(Math.floor(filled / 8))}${EIGHTHS[filled % 8]}`;
}
