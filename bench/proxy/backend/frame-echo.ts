const MASK_BYTES = 4;
const LONG = 126;
const EMPTY = Buffer.alloc(0);

/** Sends WebSocket frames back to their client, without the mask. Payloads up to 64 KB. */
export class FrameEcho {
  #incomplete = EMPTY;

  /** The frames that answer those which these bytes complete. */
  echo(chunk: Buffer): Buffer {
    const bytes = this.#incomplete.length === 0 ? chunk : Buffer.concat([this.#incomplete, chunk]);
    const echoed = Buffer.allocUnsafe(bytes.length);
    let read = 0;
    let written = 0;
    for (;;) {
      const frame = frameAt(bytes, read);
      if (frame === undefined) break;
      const { maskAt, payloadBytes, end } = frame;
      // All of the head but the bit that says there is a mask.
      written += bytes.copy(echoed, written, read, maskAt);
      echoed[written - (maskAt - read) + 1] = (bytes[read + 1] ?? 0) & 0x7f;
      for (let index = 0; index < payloadBytes; index += 1) {
        const mask = bytes[maskAt + (index & 3)] ?? 0;
        echoed[written + index] = (bytes[maskAt + MASK_BYTES + index] ?? 0) ^ mask;
      }
      written += payloadBytes;
      read = end;
    }
    this.#incomplete = read === bytes.length ? EMPTY : Buffer.from(bytes.subarray(read));
    return echoed.subarray(0, written);
  }
}

function frameAt(
  bytes: Buffer,
  begin: number,
): { maskAt: number; payloadBytes: number; end: number } | undefined {
  if (begin + 2 > bytes.length) return undefined;
  const shortLength = (bytes[begin + 1] ?? 0) & 0x7f;
  if (shortLength > LONG) throw new Error("a frame of more than 64 KB");
  const maskAt = begin + (shortLength === LONG ? 4 : 2);
  if (maskAt > bytes.length) return undefined;
  const payloadBytes = shortLength === LONG ? bytes.readUInt16BE(begin + 2) : shortLength;
  const end = maskAt + MASK_BYTES + payloadBytes;
  return end > bytes.length ? undefined : { maskAt, payloadBytes, end };
}
