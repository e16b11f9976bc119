import type { Colors } from "picocolors/types.js";
import { isEnding, type Status } from "../../protocol/statuses.ts";

type Paint = "blue" | "cyan" | "green" | "yellow" | "gray";

/** How each status looks. */
const LOOK: Record<Status, { symbol: string; paint: Paint }> = {
  scheduled: { symbol: "○", paint: "blue" },
  loading: { symbol: "◔", paint: "cyan" },
  starting: { symbol: "◑", paint: "cyan" },
  waiting: { symbol: "◕", paint: "cyan" },
  ready: { symbol: "●", paint: "green" },
  terminating: { symbol: "◌", paint: "yellow" },
  "hard-terminating": { symbol: "◌", paint: "yellow" },
  terminated: { symbol: "✕", paint: "gray" },
};

export function statusText(status: Status, colors: Colors, note?: string): string {
  const { symbol, paint } = LOOK[status];
  return colors[paint](`${symbol} ${status}${note === undefined ? "" : ` (${note})`}`);
}

/** Its end was asked for, whatever its drone has told of it yet. */
export function endingText(status: Status, colors: Colors, note?: string): string {
  return isEnding(status) ? statusText(status, colors, note) : colors.yellow("◌ ending");
}

/** Padded before it is coloured, for codes have no width. */
export function statusColumn(status: Status, colors: Colors, width: number): string {
  const pad = " ".repeat(Math.max(0, width - `● ${status}`.length));
  return `${statusText(status, colors)}${pad}`;
}
