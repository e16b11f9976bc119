import { expect, test } from "vitest";
import { Schedule } from "../../../bench/proxy/load/schedule.ts";

test("messages are due evenly, and each is taken once", () => {
  const schedule = new Schedule(1_000, 4);
  expect(schedule.take(0)).toBe(0);
  expect(schedule.take(0.9)).toBeUndefined();
  expect(schedule.take(2.5)).toBe(1);
  expect(schedule.take(2.5)).toBe(2);
  expect(schedule.take(2.5)).toBeUndefined();
  expect(schedule.isEmpty).toBe(false);
  expect(schedule.take(100)).toBe(3);
  expect(schedule.take(100)).toBeUndefined();
  expect(schedule.isEmpty).toBe(true);
});

test("what nobody has taken is left with its time", () => {
  const schedule = new Schedule(1_000, 4);
  schedule.take(9);
  expect(schedule.rest()).toEqual([1, 2, 3]);
  expect(schedule.isEmpty).toBe(true);
});
