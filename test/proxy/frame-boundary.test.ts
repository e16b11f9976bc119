import fc from "fast-check";
import { expect, test } from "vitest";
import { FrameBoundary } from "../../proxy/frame-boundary.ts";

function frame(size: number, masked: boolean): Buffer {
  const mask = masked ? 0x80 : 0;
  const head = [0x82];
  if (size < 126) head.push(mask | size);
  else if (size < 65_536) head.push(mask | 126, size >> 8, size & 255);
  else head.push(mask | 127, 0, 0, 0, 0, 0, size >> 16, (size >> 8) & 255, size & 255);
  return Buffer.concat([Buffer.from(head), Buffer.alloc((masked ? 4 : 0) + size, 0xff)]);
}

const frames = fc.array(
  fc.record({
    size: fc.constantFrom(0, 1, 125, 126, 127, 65_535, 65_536, 70_000),
    masked: fc.boolean(),
  }),
  { maxLength: 4 },
);

test("the end of each frame is found, however the bytes are cut", () => {
  fc.assert(
    fc.property(frames, fc.array(fc.nat()), (specs, cuts) => {
      const parts = specs.map(({ size, masked }) => frame(size, masked));
      const bytes = Buffer.concat(parts);
      const ends = new Set([0]);
      for (const part of parts) ends.add(Math.max(...ends) + part.length);
      const places = cuts.map((cut) => (bytes.length === 0 ? 0 : cut % bytes.length));
      const stops = [...new Set([...places, ...ends, bytes.length])].sort((a, b) => a - b);
      const boundary = new FrameBoundary();
      let at = 0;
      for (const stop of stops) {
        boundary.push(bytes.subarray(at, stop));
        at = stop;
        expect(boundary.reached).toBe(ends.has(at));
      }
    }),
  );
});
