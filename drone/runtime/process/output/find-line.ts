import { MAX_LOG_LINE_BYTES } from "../../../../src/protocol/timings.ts";
import type { Output, Span } from "./output.ts";

const CHUNK_BYTES = 65_536;
const LINE_FEED = 0x0a;

/** Where the line begins that the byte at this place is of; at the oldest of all, where the first whole one does. */
export async function lineBegin(output: Output, { oldest }: Span, place: number): Promise<number> {
  if (place === 0) return 0;
  if (place === oldest) {
    const { bytes } = await output.read(place, MAX_LOG_LINE_BYTES);
    return place + restOfLine(bytes);
  }
  const from = Math.max(oldest, place - MAX_LOG_LINE_BYTES);
  const before = await output.read(from, place - from);
  const last = before.bytes.lastIndexOf(LINE_FEED);
  return last === -1 ? before.place : before.place + last + 1;
}

/** How much is left of a line whose begin is not kept. One without an end is told as it is. */
export function restOfLine(bytes: Buffer): number {
  return bytes.subarray(0, MAX_LOG_LINE_BYTES).indexOf(LINE_FEED) + 1;
}

/** Where the last so many lines begin, looked for from the end. */
export async function tailBegin(output: Output, span: Span, lines: number): Promise<number> {
  const { oldest, end: size } = span;
  if (lines === 0) return size;
  let left = lines;
  for (let end = size; end > oldest; ) {
    const start = Math.max(oldest, end - CHUNK_BYTES);
    const { place, bytes } = await wholePiece(output, start, end);
    for (let index = bytes.length - 1; index >= 0; index -= 1) {
      const isLastEnd = place + index === size - 1;
      if (bytes[index] !== LINE_FEED || isLastEnd) continue;
      left -= 1;
      if (left === 0) return place + index + 1;
    }
    end = start;
  }
  return oldest;
}

/** Where a part ends, a read ends before. */
export async function wholePiece(output: Output, start: number, end: number) {
  const first = await output.read(start, end - start);
  const pieces = [first.bytes];
  for (let at = first.place + first.bytes.length; at < end; ) {
    const { bytes } = await output.read(at, end - at);
    if (bytes.length === 0) break;
    pieces.push(bytes);
    at += bytes.length;
  }
  return { place: first.place, bytes: Buffer.concat(pieces) };
}
