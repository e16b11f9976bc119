import { expect, test } from "vitest";
import type { TimelineRecord } from "../../../controller/store/store.ts";
import { spawnSpans } from "../../../controller/tracing/spawn-spans.ts";
import type { BackendState } from "../../../src/protocol/backend-state.ts";
import { ADDRESS as address } from "../a-controller.ts";

function timeline(...entries: [at: number, state: BackendState][]): TimelineRecord[] {
  return entries.map(([at, state]) => ({ status: state.status, at, state }));
}

test("steps are laid out backwards from the states that they led to", () => {
  const spans = spawnSpans(
    timeline(
      [1_000, { status: "scheduled" }],
      [1_100, { status: "loading" }],
      [2_000, { status: "starting", pull_ms: 800 }],
      [2_300, { status: "waiting", address, create_ms: 100, start_ms: 150 }],
      [3_000, { status: "ready", address, first_answer_ms: 650 }],
      [9_000, { status: "terminating", reason: "swept" }],
    ),
  );
  expect(spans).toEqual({
    whole: { name: "spawn", startAt: 1_000, endAt: 3_000 },
    steps: [
      { name: "reach the drone", startAt: 1_000, endAt: 1_100 },
      { name: "pull", startAt: 1_200, endAt: 2_000 },
      { name: "create", startAt: 2_050, endAt: 2_150 },
      { name: "start", startAt: 2_150, endAt: 2_300 },
      { name: "first answer", startAt: 2_350, endAt: 3_000 },
    ],
    failure: undefined,
  });
});

test("what nobody has measured is left out, and so are states that were skipped", () => {
  const spans = spawnSpans(
    timeline(
      [1_000, { status: "scheduled" }],
      [2_000, { status: "starting" }],
      [3_000, { status: "ready", address }],
    ),
  );
  expect(spans).toMatchObject({ whole: { startAt: 1_000, endAt: 3_000 }, steps: [] });
});

test("a spawn that fails has the steps that it came to, and the reason", () => {
  const spans = spawnSpans(
    timeline(
      [1_000, { status: "scheduled" }],
      [1_100, { status: "loading" }],
      [5_000, { status: "terminated", reason: "pullfailed" }],
    ),
  );
  expect(spans).toMatchObject({
    whole: { endAt: 5_000 },
    steps: [{ name: "reach the drone" }],
    failure: "pullfailed",
  });
});

test("one that goes on has none yet", () => {
  expect(spawnSpans(timeline([1_000, { status: "scheduled" }]))).toBeUndefined();
  expect(spawnSpans([])).toBeUndefined();
});
