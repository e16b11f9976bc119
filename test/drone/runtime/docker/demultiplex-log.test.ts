import fc from "fast-check";
import { expect, test } from "vitest";
import { demultiplexLog } from "../../../../drone/runtime/docker/demultiplex-log.ts";

function frame(stream: number, text: string | Buffer): Buffer {
  const body = Buffer.from(text);
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

test("lines of both streams keep their order, and the last needs no line feed", () => {
  const log = [frame(1, "one\n"), frame(2, "two\n"), frame(1, "\n"), frame(1, "four")];
  expect(demultiplexLog(Buffer.concat(log))).toEqual(["one", "two", "", "four"]);
});

test("no output has no lines", () => {
  expect(demultiplexLog(Buffer.alloc(0))).toEqual([]);
});

test("a long line is whole again, though frames of the other stream and half characters part it", () => {
  const [half, rest] = [Buffer.from("ü").subarray(0, 1), Buffer.from("ü").subarray(1)];
  const log = [
    frame(1, half),
    frame(2, "other\n"),
    frame(1, Buffer.concat([rest, Buffer.from("!\n")])),
  ];
  expect(demultiplexLog(Buffer.concat(log))).toEqual(["other", "ü!"]);
});

test("however a stream is cut into frames, its lines are the same", () => {
  const lines = fc.array(
    fc.string().map((text) => text.replaceAll("\n", " ")),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(lines, fc.integer({ min: 1, max: 9 }), (expected, frameBytes) => {
      const text = Buffer.from(expected.map((line) => `${line}\n`).join(""));
      const frames: Buffer[] = [];
      for (let at = 0; at < text.length; at += frameBytes) {
        frames.push(frame(1, text.subarray(at, at + frameBytes)));
      }
      expect(demultiplexLog(Buffer.concat(frames))).toEqual(
        Buffer.from(expected.join("\n")).toString().split("\n"),
      );
    }),
  );
});

test("an answer that was cut off loses no more than its last frame's end", () => {
  const log = Buffer.concat([frame(1, "one\n"), frame(1, "two, cut off\n")]);
  expect(demultiplexLog(log.subarray(0, -5))).toEqual(["one", "two, cut"]);
});
