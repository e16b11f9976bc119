const HEADER_BYTES = 8;

/**
 * The lines of stdout and stderr in the order in which each ended. The Engine sends frames: a byte for
 * the stream, three unused, four for the length, and the text; a long line takes several frames.
 */
export function demultiplexLog(frames: Buffer): string[] {
  const lines: string[] = [];
  const unfinished = new Map<number, Buffer[]>();
  for (let at = 0; at + HEADER_BYTES <= frames.length; ) {
    const stream = frames.readUInt8(at);
    const end = at + HEADER_BYTES + frames.readUInt32BE(at + 4);
    const parts = (unfinished.get(stream) ?? []).concat(frames.subarray(at + HEADER_BYTES, end));
    at = end;
    if (parts.at(-1)?.at(-1) !== 0x0a) {
      unfinished.set(stream, parts);
      continue;
    }
    unfinished.delete(stream);
    lines.push(...linesOf(parts));
  }
  for (const parts of unfinished.values()) lines.push(...linesOf(parts));
  return lines;
}

/** Decoded only when whole: a character may be split between frames. */
function linesOf(parts: readonly Buffer[]): string[] {
  return Buffer.concat(parts).toString("utf8").replace(/\n$/, "").split("\n");
}
