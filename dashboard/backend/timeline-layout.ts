import type { TimelineEntry } from "../../src/protocol/backend.ts";
import type { Status } from "../../src/protocol/backend-state.ts";
import { type Phase, phaseOf } from "../format/statuses.ts";

export interface TimelineStep {
  readonly status: Status;
  readonly phase: Phase;
  readonly at: number;
  /** How long it stayed in this status; up to now for the one that it is in. */
  readonly durationMs: number;
  readonly isCurrent: boolean;
  /** What its drone measured of the step that led out of here: "pull 3.2 s". */
  readonly parts: readonly { readonly name: string; readonly ms: number }[];
  /** Of the picture's width, 0 to 1. */
  readonly x: number;
  readonly width: number;
}

/** Of the picture's width, for a step however short: its name must fit below it. */
const LEAST_SHARE = 0.1;
const PART_NAMES = {
  pull_ms: "pull",
  create_ms: "create",
  start_ms: "start",
  first_answer_ms: "first answer",
} as const;

/**
 * Where each status stands in the picture. A start takes seconds and a life may take days, so widths grow
 * with the logarithm of durations; `terminated` is a point, with the least width.
 */
export function layOutTimeline(timeline: readonly TimelineEntry[], now: number): TimelineStep[] {
  const durations = timeline.map(({ at, status }, index) => {
    if (status === "terminated") return 0;
    return Math.max(0, (timeline[index + 1]?.at ?? now) - at);
  });
  const weights = durations.map((ms) => Math.log10(1 + ms / 50));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const free = Math.max(0, 1 - LEAST_SHARE * timeline.length);
  let x = 0;
  return timeline.map((entry, index) => {
    const share = total === 0 ? 1 / timeline.length : (weights[index] ?? 0) / total;
    const width = LEAST_SHARE + free * share;
    const step = {
      status: entry.status,
      phase: phaseOf(entry.status),
      at: entry.at,
      durationMs: durations[index] ?? 0,
      isCurrent: index === timeline.length - 1,
      parts: partsOf(timeline[index + 1]),
      x,
      width,
    };
    x += width;
    return step;
  });
}

/** An entry says what the step before it took. */
function partsOf(next: TimelineEntry | undefined): TimelineStep["parts"] {
  if (next === undefined) return [];
  return Object.entries(PART_NAMES).flatMap(([field, name]) => {
    const ms = next[field as keyof typeof PART_NAMES];
    return ms === undefined ? [] : [{ name, ms }];
  });
}

/** From the first status to ready; undefined if it never was. */
export function startMs(timeline: readonly TimelineEntry[]): number | undefined {
  const ready = timeline.find(({ status }) => status === "ready");
  const first = timeline[0];
  return ready === undefined || first === undefined ? undefined : ready.at - first.at;
}
