import fc from "fast-check";
import { expect, test } from "vitest";
import { FixedHistogram } from "../../../src/shared/figures/fixed-histogram.ts";

test("a value is counted under the smallest bound that is not below it", () => {
  const histogram = new FixedHistogram([1, 5, 10]);
  for (const value of [0, 1, 1.01, 5, 10, 10.5, 1_000]) histogram.observe(value);
  expect([...histogram.counts]).toEqual([2, 2, 1, 2]);
  expect(histogram).toMatchObject({ total: 7, sum: 1_027.51 });
});

test("every value is counted once", () => {
  fc.assert(
    fc.property(fc.array(fc.float({ noNaN: true, min: 0, max: 100 })), (values) => {
      const histogram = new FixedHistogram([1, 10, 50]);
      for (const value of values) histogram.observe(value);
      expect(histogram.total).toBe(values.length);
      expect(histogram.counts[3]).toBe(values.filter((value) => value > 50).length);
    }),
  );
});
