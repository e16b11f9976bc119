import { expect, test } from "vitest";
import { Outage } from "../../src/client/outage.ts";

function outageAt() {
  let nowMs = 0;
  const outage = new Outage(() => nowMs);
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { outage, pass };
}

test("pauses grow, to a limit, while nothing is heard", () => {
  const { outage } = outageAt();
  const pauses = Array.from({ length: 7 }, () => {
    outage.connected();
    outage.lost();
    return outage.nextPauseMs();
  });
  expect(pauses).toEqual([100, 200, 400, 800, 1_600, 3_000, 3_000]);
  outage.heard();
  expect(outage.nextPauseMs()).toBe(100);
});

test("a connection that lasted begins the pauses anew, though nothing was said on it", () => {
  const { outage, pass } = outageAt();
  outage.lost();
  expect([outage.nextPauseMs(), outage.nextPauseMs()]).toEqual([100, 200]);
  outage.connected();
  pass(60_000);
  outage.lost();
  expect(outage.nextPauseMs()).toBe(100);
});

test("an outage lasts from the loss to the next connection, however often that is lost again", () => {
  const { outage, pass } = outageAt();
  outage.lost();
  pass(100_000);
  outage.lost();
  expect(outage.isLongerThan(99_999)).toBe(true);
  outage.connected();
  expect(outage.isLongerThan(0)).toBe(false);
  pass(100_000);
  outage.lost();
  expect(outage.isLongerThan(0)).toBe(false);
});
