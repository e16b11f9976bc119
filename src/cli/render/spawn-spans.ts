import type { TimelineEntry } from "../../protocol/backend.ts";
import type { Status } from "../../protocol/backend-state.ts";

/** A step of a spawn; `atMs` from the first state on. */
export interface Span {
  label: string;
  atMs: number;
  ms: number;
  /** The backend's end came before this step's. */
  isCut: boolean;
}

type Measure = "pull_ms" | "create_ms" | "start_ms" | "first_answer_ms";

/** What a backend does while in a status, and what its drone measured of that. */
const STEPS: Partial<Record<Status, readonly { label: string; measure?: Measure }[]>> = {
  scheduled: [{ label: "schedule" }],
  loading: [{ label: "pull", measure: "pull_ms" }],
  starting: [
    { label: "create", measure: "create_ms" },
    { label: "start", measure: "start_ms" },
  ],
  waiting: [{ label: "first answer", measure: "first_answer_ms" }],
};

const ENDING: readonly Status[] = ["terminating", "hard-terminating", "terminated"];

/**
 * The steps up to ready, one after the other. The drone's own figures are exact; where it gave none,
 * the time from this state to the next stands in.
 */
export function spawnSpans(timeline: readonly TimelineEntry[]): Span[] {
  const [first] = timeline;
  if (first === undefined) return [];
  return timeline.flatMap((entry, index) => {
    const next = timeline[index + 1];
    const steps = STEPS[entry.status];
    if (next === undefined || steps === undefined) return [];
    let atMs = entry.at - first.at;
    const measured = steps.flatMap(({ label, measure }) => {
      const ms = measure === undefined ? undefined : next[measure];
      if (ms === undefined) return [];
      const span = { label, atMs, ms, isCut: false };
      atMs += ms;
      return [span];
    });
    if (measured.length > 0) return measured;
    const label = steps.map((step) => step.label).join(" and ");
    const isCut = ENDING.includes(next.status);
    return [{ label, atMs: entry.at - first.at, ms: next.at - entry.at, isCut }];
  });
}
