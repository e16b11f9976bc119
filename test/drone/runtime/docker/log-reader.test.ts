import { expect, test } from "vitest";
import { sinceOf } from "../../../../drone/runtime/docker/log-places.ts";
import { LogReader } from "../../../../drone/runtime/docker/log-reader.ts";

function frame(stream: number, nanos: string, text: string): Buffer {
  const body = Buffer.from(`2026-01-02T03:04:05.${nanos}Z ${text}`);
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

const SECOND = "1767323045";
const LOG = [
  frame(1, "000000001", "one\n"),
  frame(2, "000000001", "two\n"),
  frame(1, "500000000", "three\n"),
  frame(2, "400000000", "late\n"),
  frame(1, "5", "half a "),
  frame(1, "600000000", "line\n"),
  frame(1, "700000000", "the end"),
];

function read(frames: readonly Buffer[], after?: string, chunkBytes = 7) {
  const reader = new LogReader(after);
  const bytes = Buffer.concat(frames);
  const lines = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    lines.push(...reader.push(bytes.subarray(at, at + chunkBytes)));
  }
  return [...lines, ...reader.flush()];
}

test("each line has its time, its stream and its place, however the bytes come in", () => {
  const lines = read(LOG);
  expect(lines).toEqual(read(LOG, undefined, 10_000));
  expect(lines.map(({ stream, text }) => [stream, text])).toEqual([
    ["stdout", "one"],
    ["stderr", "two"],
    ["stdout", "three"],
    ["stderr", "late"],
    ["stdout", "half a line"],
    ["stdout", "the end"],
  ]);
  expect(lines.map(({ place }) => place)).toEqual([
    `${SECOND}000000001.1`,
    `${SECOND}000000001.2`,
    `${SECOND}500000000.1`,
    `${SECOND}500000000.2`,
    `${SECOND}600000000.1`,
    `${SECOND}700000000.1`,
  ]);
  expect(lines[2]?.at).toBe(1_767_323_045_500);
});

test("reading on after a line tells neither it nor what came before it again", () => {
  expect(sinceOf(`${SECOND}000000001.1`)).toBe(`${SECOND}.000000001`);
  const rest = (after: string, frames: readonly Buffer[]) =>
    read(frames, after).map(({ text }) => text);
  expect(rest(`${SECOND}000000001.1`, LOG)[0]).toBe("two");
  expect(rest(`${SECOND}000000001.2`, LOG)[0]).toBe("three");
  // The Engine leaves out what is older; places go on where they were.
  const later = read(LOG.slice(2, 3).concat(LOG.slice(4)), `${SECOND}500000000.1`);
  expect(later.map(({ text, place }) => [text, place])[0]).toEqual([
    "half a line",
    `${SECOND}600000000.1`,
  ]);
});
