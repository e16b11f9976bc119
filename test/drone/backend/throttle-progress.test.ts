import { expect, test } from "vitest";
import { throttleProgress } from "../../../drone/backend/throttle-progress.ts";
import type { PullProgress } from "../../../src/protocol/backend.ts";
import { TestClock } from "../../harness/test-clock.ts";

function throttled() {
  const clock = new TestClock();
  const delivered: PullProgress[] = [];
  const offer = throttleProgress(clock, (progress) => delivered.push(progress));
  return { clock, delivered, offer };
}

test("at most four messages a second come through", async () => {
  const { clock, delivered, offer } = throttled();
  for (let tick = 0; tick < 100; tick += 1) {
    offer({ percent: tick / 2, text: "pulling" });
    await clock.advance(10);
  }
  expect(delivered).toHaveLength(4);
});

test("the message that it is done always comes through, once", async () => {
  const { delivered, offer } = throttled();
  offer({ percent: 99, text: "pulling" });
  offer({ percent: 100, text: "pulled" });
  offer({ percent: 100, text: "pulled" });
  expect(delivered.map(({ percent }) => percent)).toEqual([99, 100]);
});

test("what does not fit the wire is brought within its bounds", () => {
  const { delivered, offer } = throttled();
  offer({ percent: 120, text: "x".repeat(1_000) });
  expect(delivered).toEqual([{ percent: 100, text: "x".repeat(200) }]);
});
