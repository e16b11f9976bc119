import fc from "fast-check";
import { expect, test } from "vitest";
import { Backoff } from "../../src/shared/backoff.ts";

const OPTIONS = { firstMs: 100, factor: 2, capMs: 1_000 };

test("pauses grow to the cap and start anew after a reset", () => {
  const backoff = new Backoff(OPTIONS, () => 0);
  const pauses = Array.from({ length: 6 }, () => backoff.nextMs());
  expect(pauses).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  backoff.reset();
  expect(backoff.nextMs()).toBe(100);
});

test("chance takes off at most half, so that many who lost one peer do not return at once", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 0.9999, noNaN: true }), fc.nat(2_000), (chance, tries) => {
      const backoff = new Backoff(OPTIONS, () => chance);
      for (let count = 0; count < tries % 20; count += 1) backoff.nextMs();
      const full = Math.min(OPTIONS.capMs, OPTIONS.firstMs * 2 ** (tries % 20));
      const pause = backoff.nextMs();
      expect(pause).toBeLessThanOrEqual(full);
      expect(pause).toBeGreaterThanOrEqual(full / 2);
    }),
  );
});
