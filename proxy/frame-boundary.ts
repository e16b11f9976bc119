/** Two bytes, an extended length of eight, a mask of four. */
const LONGEST_HEAD_BYTES = 14;

/**
 * Follows one direction of a WebSocket and tells when it stands between two frames: only there may
 * the proxy put in a frame of its own. Looks at frame heads (RFC 6455 §5.2), skips what they carry.
 */
export class FrameBoundary {
  #head: number[] = [];
  #payloadLeft = 0;

  get reached(): boolean {
    return this.#payloadLeft === 0 && this.#head.length === 0;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#payloadLeft > 0) {
        const skipped = Math.min(this.#payloadLeft, chunk.length - at);
        this.#payloadLeft -= skipped;
        at += skipped;
      } else if (this.#head.length === 0 && chunk.length - at >= LONGEST_HEAD_BYTES) {
        at += this.#skipHead(chunk, at);
      } else {
        this.#head.push(chunk[at] ?? 0);
        at += 1;
        this.#takeHead();
      }
    }
  }

  /** A head that is whole, as most are, needs not be kept. */
  #skipHead(chunk: Uint8Array, at: number): number {
    const second = chunk[at + 1] ?? 0;
    this.#payloadLeft = payloadSize(chunk, at);
    return 2 + extendedSize(second) + (second >= 0x80 ? 4 : 0);
  }

  #takeHead(): void {
    const size = headSize(this.#head);
    if (size === undefined || this.#head.length < size) return;
    this.#payloadLeft = payloadSize(this.#head, 0);
    this.#head = [];
  }
}

/** Known from the second byte on: extended length and mask included. */
function headSize([, second]: readonly number[]): number | undefined {
  if (second === undefined) return undefined;
  const maskSize = second >= 0x80 ? 4 : 0;
  return 2 + extendedSize(second) + maskSize;
}

function extendedSize(second: number): number {
  switch (second & 0x7f) {
    case 126:
      return 2;
    case 127:
      return 8;
    default:
      return 0;
  }
}

function payloadSize(bytes: ArrayLike<number>, at: number): number {
  const second = bytes[at + 1] ?? 0;
  const extended = extendedSize(second);
  if (extended === 0) return second & 0x7f;
  let size = 0;
  for (let next = at + 2; next < at + 2 + extended; next += 1)
    size = size * 256 + (bytes[next] ?? 0);
  return size;
}
