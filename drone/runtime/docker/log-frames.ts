const HEADER_BYTES = 8;
const STDERR = 2;

export interface LogFrame {
  stream: "stdout" | "stderr";
  /** `<seconds since 1970><9 digits of nanoseconds>`: texts of one length, which compare like numbers. */
  at: string;
  bytes: Buffer;
}

/**
 * The frames of the Engine's log stream, however it is cut up: a byte for the stream, three unused, four
 * for the length, then a time stamp, a space and what was printed. No more is kept than one frame.
 */
export class LogFrames {
  #unread: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): LogFrame[] {
    const bytes = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    const frames: LogFrame[] = [];
    let at = 0;
    while (at + HEADER_BYTES <= bytes.length) {
      const start = at + HEADER_BYTES;
      const end = start + bytes.readUInt32BE(at + 4);
      if (end > bytes.length) break;
      frames.push(frameOf(bytes.readUInt8(at), bytes.subarray(start, end)));
      at = end;
    }
    this.#unread = Buffer.from(bytes.subarray(at));
    return frames;
  }
}

function frameOf(stream: number, content: Buffer): LogFrame {
  const space = content.indexOf(0x20);
  return {
    stream: stream === STDERR ? "stderr" : "stdout",
    at: nanoseconds(content.toString("latin1", 0, space)),
    bytes: content.subarray(space + 1),
  };
}

/** Of `2026-01-02T03:04:05.678901234Z`, whose fraction may be shorter. */
function nanoseconds(stamp: string): string {
  const [whole = "", fraction = ""] = stamp.replace(/Z$/, "").split(".");
  const seconds = Date.parse(`${whole}Z`) / 1_000;
  return `${Number.isFinite(seconds) ? seconds : 0}${fraction.padEnd(9, "0")}`;
}
