import { expect, test } from "vitest";
import { within } from "../../src/shared/within.ts";
import { TestClock } from "../harness/test-clock.ts";

const untilAborted = (signal: AbortSignal) =>
  new Promise<string>((resolve) => signal.addEventListener("abort", () => resolve("gave up")));

test("a task is told when its time is over", async () => {
  const clock = new TestClock();
  const result = within(clock, 1_000, new AbortController().signal, untilAborted);
  await clock.advance(1_000);
  expect(await result).toBe("gave up");
});

test("a task is told when its caller gives up", async () => {
  const caller = new AbortController();
  const result = within(new TestClock(), 1_000, caller.signal, untilAborted);
  caller.abort();
  expect(await result).toBe("gave up");
});
