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
      } else {
        this.#head.push(chunk[at] ?? 0);
        at += 1;
        this.#takeHead();
      }
    }
  }

  #takeHead(): void {
    const size = headSize(this.#head);
    if (size === undefined || this.#head.length < size) return;
    this.#payloadLeft = payloadSize(this.#head);
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

function payloadSize(head: readonly number[]): number {
  const second = head[1] ?? 0;
  const extended = extendedSize(second);
  if (extended === 0) return second & 0x7f;
  return head.slice(2, 2 + extended).reduce((size, byte) => size * 256 + byte, 0);
}
