import { expect, test } from "vitest";
import { layOutTimeline, startMs } from "../../../dashboard/backend/timeline-layout.ts";
import type { TimelineEntry } from "../../../src/protocol/backend.ts";

const LIFE: TimelineEntry[] = [
  { status: "scheduled", at: 1_000 },
  { status: "loading", at: 1_040 },
  { status: "starting", at: 4_040, pull_ms: 2_900 },
  { status: "waiting", at: 4_500, create_ms: 120, start_ms: 300 },
  { status: "ready", at: 5_000, first_answer_ms: 480 },
  { status: "terminating", at: 905_000 },
  { status: "terminated", at: 905_200 },
];

test("steps fill the picture from end to end without a gap, each wide enough to be named", () => {
  const steps = layOutTimeline(LIFE, 2_000_000);
  let x = 0;
  for (const step of steps) {
    expect(step.x).toBeCloseTo(x);
    expect(step.width).toBeGreaterThanOrEqual(0.09);
    x += step.width;
  }
  expect(x).toBeCloseTo(1);
});

test("what took longer is wider, and what a step took stands at the step that took it", () => {
  const steps = layOutTimeline(LIFE, 2_000_000);
  const step = (status: string) => steps.find((each) => each.status === status);
  expect(step("ready")?.width).toBeGreaterThan(step("loading")?.width ?? 1);
  expect(step("loading")?.width).toBeGreaterThan(step("scheduled")?.width ?? 1);
  expect(step("loading")?.parts).toEqual([{ name: "pull", ms: 2_900 }]);
  expect(step("starting")?.parts).toEqual([
    { name: "create", ms: 120 },
    { name: "start", ms: 300 },
  ]);
  expect(step("waiting")?.parts).toEqual([{ name: "first answer", ms: 480 }]);
  expect(step("ready")?.durationMs).toBe(900_000);
  expect(step("terminated")?.durationMs).toBe(0);
});

test("the status that it is in lasts until now, and never less than nothing", () => {
  const now = layOutTimeline(LIFE.slice(0, 5), 65_000).at(-1);
  expect(now).toMatchObject({ status: "ready", isCurrent: true, durationMs: 60_000 });
  expect(layOutTimeline(LIFE.slice(0, 1), 0)).toMatchObject([{ durationMs: 0, x: 0, width: 1 }]);
  expect(layOutTimeline([], 0)).toEqual([]);
});

test("a start is told from its schedule to ready", () => {
  expect(startMs(LIFE)).toBe(4_000);
  expect(startMs(LIFE.slice(0, 3))).toBeUndefined();
});
