import fc from "fast-check";
import { expect, test } from "vitest";
import {
  advancePull,
  describePull,
  NOTHING_PULLED,
  type PullEvent,
} from "../../../../drone/runtime/docker/pull-progress.ts";

/** As an Engine tells of two layers of which one is here already. */
const RECORDED: PullEvent[] = [
  { status: "Pulling from library/app", id: "latest" },
  { status: "Pulling fs layer", progressDetail: {}, id: "aaa" },
  { status: "Pulling fs layer", progressDetail: {}, id: "bbb" },
  { status: "Already exists", progressDetail: {}, id: "ccc" },
  { status: "Waiting", progressDetail: {}, id: "bbb" },
  { status: "Downloading", progressDetail: { current: 1_500_000, total: 3_000_000 }, id: "aaa" },
  { status: "Downloading", progressDetail: { current: 1_000_000, total: 1_000_000 }, id: "bbb" },
  { status: "Verifying Checksum", progressDetail: {}, id: "bbb" },
  { status: "Download complete", progressDetail: {}, id: "bbb" },
  { status: "Download complete", progressDetail: {}, id: "aaa" },
  { status: "Extracting", progressDetail: { current: 3_000_000, total: 3_000_000 }, id: "aaa" },
  { status: "Pull complete", progressDetail: {}, id: "aaa" },
  { status: "Pull complete", progressDetail: {}, id: "bbb" },
  { status: "Digest: sha256:0123" },
  { status: "Status: Downloaded newer image for app:latest" },
];

function replay(events: readonly PullEvent[]) {
  let state = NOTHING_PULLED;
  return events.map((event) => {
    state = advancePull(state, event);
    return describePull(state);
  });
}

test("percent counts the bytes of all layers, and ends at 100", () => {
  const told = replay(RECORDED);
  expect(told[1]).toEqual({ percent: 0, text: "pulling" });
  expect(told[6]).toEqual({ percent: 46, text: "2.5 of 4.0 MB, 1 of 3 layers" });
  expect(told.at(-1)).toEqual({ percent: 100, text: "4.0 of 4.0 MB, 3 of 3 layers" });
});

test("layers that are here already count for nothing", () => {
  const told = replay([
    { id: "aaa", status: "Already exists" },
    { id: "bbb", status: "Pulling fs layer" },
    { id: "bbb", status: "Pull complete" },
  ]);
  expect(told.map(({ percent }) => percent)).toEqual([0, 0, 100]);
});

test("progress stays within its bounds and never goes back, whatever the Engine tells", () => {
  const event: fc.Arbitrary<PullEvent> = fc.record(
    {
      id: fc.constantFrom("aaa", "bbb", "ccc"),
      status: fc.constantFrom(
        ...RECORDED.map(({ status }) => status ?? ""),
        "Retrying in 1 second",
      ),
      progressDetail: fc.record({ current: fc.nat(), total: fc.nat() }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(event), (events) => {
      let before = 0;
      for (const { percent, text } of replay(events)) {
        expect(percent).toBeGreaterThanOrEqual(before);
        expect(percent).toBeLessThanOrEqual(100);
        expect(text.length).toBeLessThanOrEqual(200);
        before = percent;
      }
    }),
  );
});
