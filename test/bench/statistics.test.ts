import { expect, test } from "vitest";
import { median, percentile } from "../../bench/statistics.ts";

const HUNDRED = Array.from({ length: 100 }, (_, index) => 100 - index);

test("a percentile is the value that so many percent do not exceed", () => {
  expect(percentile(HUNDRED, 50)).toBe(50);
  expect(percentile(HUNDRED, 99)).toBe(99);
  expect(percentile(HUNDRED, 100)).toBe(100);
  expect(percentile([7], 99)).toBe(7);
});

test("values are compared as numbers, and left in their order", () => {
  const values = [10, 9, 100];
  expect(median(values)).toBe(10);
  expect(values).toEqual([10, 9, 100]);
});

test("nothing has no median", () => {
  expect(median([])).toBeNaN();
});
