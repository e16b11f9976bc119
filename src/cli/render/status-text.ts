import type { Colors } from "picocolors/types.js";
import type { Status } from "../../protocol/backend-state.ts";

type Paint = "blue" | "cyan" | "green" | "yellow" | "gray";

/** How each status looks; also the list of them all, in order, that costs no schema library to load. */
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

export const STATUS_NAMES = Object.keys(LOOK) as readonly Status[];
export const LIVE_STATUSES = STATUS_NAMES.filter((status) => status !== "terminated");

export function statusText(status: Status, colors: Colors, note?: string): string {
  const { symbol, paint } = LOOK[status];
  return colors[paint](`${symbol} ${status}${note === undefined ? "" : ` (${note})`}`);
}

/** Its end was asked for, whatever its drone has told of it yet. */
export function endingText(status: Status, colors: Colors, note?: string): string {
  const hasBegun = STATUS_NAMES.indexOf(status) >= STATUS_NAMES.indexOf("terminating");
  return hasBegun ? statusText(status, colors, note) : colors.yellow("◌ ending");
}

/** Padded before it is coloured, for codes have no width. */
export function statusColumn(status: Status, colors: Colors, width: number): string {
  const pad = " ".repeat(Math.max(0, width - `● ${status}`.length));
  return `${statusText(status, colors)}${pad}`;
}
