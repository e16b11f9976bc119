import type { Status } from "../../src/protocol/backend-state.ts";
import { STATUSES } from "../../src/protocol/statuses.ts";
import type { TimelineRecord } from "../store/store.ts";

export interface StepSpan {
  name: string;
  /** By the database's clock, epoch ms. */
  startAt: number;
  endAt: number;
}

/** What a spawn consisted of, and why it came to nothing if it did. */
export interface SpawnSpans {
  whole: StepSpan;
  steps: StepSpan[];
  failure: string | undefined;
}

type StepTimes = Partial<Record<"pull_ms" | "create_ms" | "start_ms" | "first_answer_ms", number>>;

/**
 * Laid out from the end of each step backwards: the end is when its state began, which is known here; what it
 * took, its drone has measured by one clock. Undefined while it goes on.
 */
export function spawnSpans(timeline: readonly TimelineRecord[]): SpawnSpans | undefined {
  const began = timeline.find(({ status }) => status === "scheduled");
  const last = timeline.find(({ status }) => status === "ready" || status === "terminated");
  if (began === undefined || last === undefined) return undefined;
  const failure = "reason" in last.state ? last.state.reason : undefined;
  return {
    whole: { name: "spawn", startAt: began.at, endAt: last.at },
    steps: [
      ...stepsOf(timeline, "loading", () => [["reach the drone", undefined]]),
      ...stepsOf(timeline, "starting", ({ pull_ms }) => [["pull", pull_ms]]),
      ...stepsOf(timeline, "waiting", ({ create_ms, start_ms }) => [
        ["create", create_ms],
        ["start", start_ms],
      ]),
      ...stepsOf(timeline, "ready", ({ first_answer_ms }) => [["first answer", first_answer_ms]]),
    ],
    failure,
  };
}

/** The steps that lead to a state, the last of which ends with its beginning. One of unknown length begins with the state before. */
function stepsOf(
  timeline: readonly TimelineRecord[],
  status: Status,
  read: (times: StepTimes) => [name: string, tookMs: number | undefined][],
): StepSpan[] {
  const entry = timeline.find((each) => each.status === status);
  if (entry === undefined) return [];
  const rank = STATUSES.indexOf(status);
  const before = timeline.findLast((each) => STATUSES.indexOf(each.status) < rank);
  const steps: StepSpan[] = [];
  let endAt = entry.at;
  for (const [name, tookMs] of read(entry.state as StepTimes).toReversed()) {
    const startAt = tookMs === undefined ? (before?.at ?? endAt) : endAt - tookMs;
    if (tookMs !== undefined || status === "loading") steps.unshift({ name, startAt, endAt });
    endAt = startAt;
  }
  return steps;
}
