import { expect, test } from "vitest";
import { isOutage } from "../../controller/upkeep/outage.ts";

const TOLERANCE_MS = 10_000;
const look = (now: number, monotonicMs: number, silentMs: number | null = 1_000) => ({
  beat: { now, silentMs },
  monotonicMs,
});

test.each([
  ["nobody has ever beaten", undefined, look(0, 0, null), true],
  ["all controllers were away", undefined, look(0, 0, TOLERANCE_MS + 1), true],
  ["another controller was there", undefined, look(0, 0, TOLERANCE_MS), false],
  ["both clocks went on alike", look(0, 0), look(1_000, 1_000), false],
  ["the database's clock was set forward", look(0, 0), look(6_001, 1_000), true],
  ["the database's clock was set back", look(90_000, 0), look(1_000, 1_000), false],
  ["this one alone was away", look(0, 0), look(60_000, 60_000), false],
  ["the database runs a little fast", look(0, 0), look(1_100, 1_000), false],
] as const)("an outage or not: %s", (_name, before, now, expected) => {
  expect(isOutage(before, now, { silenceMs: TOLERANCE_MS, jumpMs: 5_000 })).toBe(expected);
});
