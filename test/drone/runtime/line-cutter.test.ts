import fc from "fast-check";
import { expect, test } from "vitest";
import { LineCutter } from "../../../drone/runtime/line-cutter.ts";

const MAX = 16_384;

function cut(chunks: readonly (Buffer | string)[]) {
  const cutter = new LineCutter();
  const lines = chunks.flatMap((chunk) => cutter.push(Buffer.from(chunk as string)));
  return [...lines, cutter.flush() ?? []].flat();
}
const texts = (chunks: readonly (Buffer | string)[]) => cut(chunks).map(({ text }) => text);

test("lines end with a line feed, with or without a return before it; the last may have none", () => {
  expect(texts(["one\ntwo\r\n", "\nthr", "ee"])).toEqual(["one", "two", "", "three"]);
  expect(texts(["10%\r20%\r100%\n"])).toEqual(["10%\r20%\r100%"]);
});

test("an endless line comes as several, and no more of it is kept than one", () => {
  const cutter = new LineCutter();
  let got = 0;
  for (let count = 0; count < 100; count += 1) {
    const lines = cutter.push(Buffer.alloc(10_000, "x"));
    for (const { text } of lines) expect(text.length).toBe(MAX);
    got += lines.length * MAX;
    expect(1_000_000 - got - (99 - count) * 10_000).toBeLessThanOrEqual(MAX);
  }
});

test("a line of just the longest length is one line", () => {
  expect(texts([`${"x".repeat(MAX)}\n`, "y\n"]).map((text) => text.length)).toEqual([MAX, 1]);
});

test("no character is cut in two, and rubbish becomes valid", () => {
  for (const shift of [0, 1, 2, 3]) {
    const line = "a".repeat(shift) + "😀".repeat(10_000);
    expect(texts([`${line}\n`]).join("")).toBe(line);
  }
  const rubbish = Buffer.alloc(100_000, 0xbf);
  for (const text of texts([rubbish])) expect(Buffer.from(text).toString()).toBe(text);
});

test("it does not matter how the bytes are cut up, and all of them are counted", () => {
  const printed = fc.array(fc.constantFrom("a", "ü", "\n", "\r\n", "x".repeat(9_000)));
  fc.assert(
    fc.property(printed, fc.array(fc.nat(30_000)), (parts, cuts) => {
      const bytes = Buffer.from(parts.join(""));
      const at = [0, ...cuts.filter((place) => place < bytes.length).sort((a, b) => a - b)];
      const chunks = at.map((start, index) => bytes.subarray(start, at[index + 1]));
      expect(cut(chunks)).toEqual(cut([bytes]));
      expect(cut(chunks).reduce((sum, line) => sum + line.bytes, 0)).toBe(bytes.length);
    }),
    { numRuns: 50 },
  );
});
