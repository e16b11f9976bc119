import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonLines } from "../../../../drone/runtime/docker/json-lines.ts";

async function* inPieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test("values come whole, however the stream is cut, with either line end or none at last", async () => {
  const values = fc.array(fc.jsonValue());
  const lineEnd = fc.constantFrom("\n", "\r\n");
  await fc.assert(
    fc.asyncProperty(values, lineEnd, fc.integer({ min: 1, max: 7 }), async (all, end, size) => {
      const text = Buffer.from(all.map((value) => JSON.stringify(value)).join(end));
      const read: unknown[] = [];
      for await (const value of jsonLines(inPieces(text, size))) read.push(value);
      expect(read).toEqual(all.map((value) => JSON.parse(JSON.stringify(value))));
    }),
  );
});
