import fc from "fast-check";
import { expect, test } from "vitest";
import { readEvents } from "../../src/client/read-events.ts";
import { eventText } from "./scripted-api.ts";

const TOLD = [
  { id: "loading", data: { status: "loading", text: "é漢🛫" } },
  { event: "progress", data: { percent: 1 } },
  { id: "terminated", data: { status: "terminated" } },
];
const BYTES = Buffer.from(`:\n\n${TOLD.map(eventText).join("")}`);

function streamOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

test("events are read whole, wherever their bytes were cut", async () => {
  const cuts = fc.uniqueArray(fc.integer({ min: 0, max: BYTES.length }));
  await fc.assert(
    fc.asyncProperty(cuts, async (places) => {
      const borders = [0, ...places.sort((a, b) => a - b), BYTES.length];
      const chunks = borders.slice(1).map((end, index) => BYTES.subarray(borders[index], end));
      const read: unknown[] = [];
      for await (const { id, data } of readEvents(streamOf(chunks))) {
        read.push({ id, data: JSON.parse(data) });
      }
      expect(read).toEqual(TOLD.map(({ id, data }) => ({ id, data })));
    }),
  );
});
