import { expect, test } from "vitest";
import { findOutage } from "../../controller/upkeep/outage.ts";

const TOLERANCE_MS = 10_000;
const look = (
  now: number,
  askedMs: number,
  { silentMs = 1_000 as number | null, tookMs = 0 } = {},
) => ({
  beat: { now, silentMs },
  askedMs,
  answeredMs: askedMs + tookMs,
});
const OUTAGE = { setBackMs: 0 };

test.each([
  ["nobody has ever beaten", undefined, look(0, 0, { silentMs: null }), OUTAGE],
  ["all controllers were away", undefined, look(0, 0, { silentMs: TOLERANCE_MS + 1 }), OUTAGE],
  ["another controller was there", undefined, look(0, 0, { silentMs: TOLERANCE_MS }), undefined],
  ["both clocks went on alike", look(0, 0), look(1_000, 1_000), undefined],
  ["the database's clock was set forward", look(0, 0), look(6_001, 1_000), OUTAGE],
  ["it was set back", look(90_000, 0), look(1_000, 1_000), { setBackMs: 90_000 }],
  [
    "it was set back before this one came",
    undefined,
    look(1_000, 1_000, { silentMs: -90_000 }),
    { setBackMs: 90_000 },
  ],
  ["it was set back by little", look(5_000, 0), look(1_000, 1_000), undefined],
  ["this one alone was away", look(0, 0), look(60_000, 60_000), undefined],
  ["the database runs a little fast", look(0, 0), look(1_100, 1_000), undefined],
  ["an answer came late", look(0, 0), look(1_000, 1_000, { tookMs: 20_000 }), undefined],
  ["the answer before came late", look(0, 0, { tookMs: 20_000 }), look(21_000, 20_500), undefined],
] as const)("an outage or not: %s", (_name, before, now, expected) => {
  expect(findOutage(before, now, { silenceMs: TOLERANCE_MS, jumpMs: 5_000 })).toEqual(expected);
});
