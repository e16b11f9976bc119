import fc from "fast-check";
import { expect, test } from "vitest";
import { FrameEcho } from "../../../bench/proxy/backend/frame-echo.ts";
import { ECHO, FRAME } from "../../../bench/proxy/requests.ts";

const mask = fc.uint8Array({ minLength: 4, maxLength: 4 });
const frame = fc.tuple(fc.uint8Array({ maxLength: 300 }), mask).map(([payload, mask]) => ({
  sent: Buffer.concat([head(payload.length, 0x80), mask, payload.map(maskedBy(mask))]),
  echo: Buffer.concat([head(payload.length, 0), payload]),
}));

function head(length: number, maskBit: number): Buffer {
  if (length < 126) return Buffer.from([0x82, maskBit | length]);
  return Buffer.from([0x82, maskBit | 126, length >> 8, length & 0xff]);
}

function maskedBy(mask: Uint8Array) {
  return (byte: number, index: number) => byte ^ (mask[index % 4] ?? 0);
}

test("frames come back without their mask, however their bytes are split", () => {
  fc.assert(
    fc.property(fc.array(frame), fc.integer({ min: 1, max: 70 }), (frames, size) => {
      const sent = Buffer.concat(frames.map(({ sent }) => sent));
      const echo = new FrameEcho();
      const echoed: Buffer[] = [];
      for (let at = 0; at < sent.length; at += size) {
        echoed.push(Buffer.from(echo.echo(sent.subarray(at, at + size))));
      }
      expect(Buffer.concat(echoed)).toEqual(Buffer.concat(frames.map(({ echo }) => echo)));
    }),
  );
});

test("the load expects what the backend sends back", () => {
  expect(new FrameEcho().echo(FRAME)).toEqual(ECHO);
});
