import { expect, test } from "vitest";
import { IncomingStream } from "../../../controller/streams/incoming-stream.ts";
import { PostReader, PostWriter } from "../../../controller/streams/post-codec.ts";
import type { StreamItem, StreamUp } from "../../../src/protocol/stream-messages.ts";
import { STREAM_WINDOW } from "../../../src/protocol/timings.ts";

const never = new AbortController().signal;
const line = (text: string): StreamItem => ({ at: null, stream: "stdout", text, place: "1" });
const data = (seq: number): StreamUp => ({
  ...{ type: "stream-data", stream_id: "s", seq },
  items: [line(String(seq))],
});
const end = (frames: number): StreamUp => ({ type: "stream-end", stream_id: "s", frames });

async function read(stream: IncomingStream, signal = never) {
  const texts: unknown[] = [];
  for await (const [item] of stream.read(signal)) texts.push(item && "text" in item && item.text);
  return texts;
}

test("frames are read in order to the end, and more is granted as they are taken", async () => {
  const grants: number[] = [];
  const stream = new IncomingStream((credit) => grants.push(credit));
  const texts = read(stream);
  for (let seq = 1; seq <= 10; seq += 1) {
    stream.receive(data(seq));
    await new Promise((resolve) => setImmediate(resolve));
  }
  stream.receive(end(10));
  expect(await texts).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
  expect(grants).toEqual([6, 8, 10, 12, 14]);
});

test("nothing is granted while nobody reads, and a drone that sends more all the same ends it", async () => {
  const grants: number[] = [];
  const stream = new IncomingStream((credit) => grants.push(credit));
  for (let seq = 1; seq <= STREAM_WINDOW; seq += 1) stream.receive(data(seq));
  expect(grants).toEqual([]);
  stream.receive(data(STREAM_WINDOW + 1));
  await expect(read(stream)).rejects.toMatchObject({ code: "lost" });
});

test.each([
  ["in the middle", [data(1), data(3)]],
  ["at the end", [data(1), end(2)]],
])("a frame that is missing %s is never read past", async (_where, messages) => {
  const stream = new IncomingStream(() => undefined);
  for (const message of messages) stream.receive(message);
  await expect(read(stream)).rejects.toMatchObject({ code: "lost" });
});

test("what came before a failure is read, then it is thrown; an abort ends quietly", async () => {
  const stream = new IncomingStream(() => undefined);
  stream.receive(data(1));
  const problem = { code: "unavailable", message: "Docker is away" } as const;
  stream.receive({ ...end(1), problem } as StreamUp);
  const frames = stream.read(never);
  expect((await frames.next()).value).toEqual([line("1")]);
  await expect(frames.next()).rejects.toMatchObject(problem);
  const idle = new IncomingStream(() => undefined);
  const stop = new AbortController();
  const reading = read(idle, stop.signal);
  stop.abort();
  expect(await reading).toEqual([]);
});

test("a post of any size arrives from parts that fit into a note; of a part that is lost nothing does", () => {
  const writer = new PostWriter("co-one");
  const reader = new PostReader();
  const random = Array.from(
    { length: 40_000 },
    (_, index) => Math.imul(index, 2_654_435_761) >>> 8,
  );
  const parts = writer.write({ random });
  expect(parts.length).toBeGreaterThan(3);
  for (const part of parts) expect(Buffer.byteLength(part)).toBeLessThan(7_600);
  const read = parts.map((part) => reader.read(part)).filter((each) => each !== undefined);
  expect(read).toEqual([{ from: "co-one", message: { random } }]);
  const [first = "", , ...rest] = writer.write({ random });
  expect([first, ...rest].map((part) => reader.read(part))).toEqual(
    [first, ...rest].map(() => undefined),
  );
  const [small = ""] = writer.write("hello");
  expect(reader.read(small)).toEqual({ from: "co-one", message: "hello" });
});
