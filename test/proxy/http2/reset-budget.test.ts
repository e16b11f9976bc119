import { expect, test } from "vitest";
import { ResetBudget } from "../../../proxy/engines/http2/reset-budget.ts";

function takenOf(budget: ResetBudget): number {
  let taken = 0;
  while (budget.take()) taken += 1;
  return taken;
}

test("some resets at once are fine, more only as time passes, and no more are saved up", () => {
  let nowMs = 0;
  const clock = { monotonicMs: () => nowMs };
  expect(takenOf(new ResetBudget(clock))).toBe(256);
  const slow = new ResetBudget(clock);
  for (let count = 0; count < 10_000; count += 1) {
    nowMs += 1_000 / 32;
    expect(slow.take()).toBe(true);
  }
  nowMs += 3_600_000;
  expect(takenOf(slow)).toBe(256);
});
