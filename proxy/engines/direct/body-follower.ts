import type { Framing } from "./body-framing.ts";
import { ChunkScanner } from "./chunk-scanner.ts";

/** Follows one message's body to its end, over any split of its bytes. */
export class BodyFollower {
  #left: number;
  readonly #chunks: ChunkScanner | undefined;

  constructor(framing: Framing) {
    this.#chunks = framing.kind === "chunked" ? new ChunkScanner() : undefined;
    this.#left = bytesAtMost(framing);
  }

  get done(): boolean {
    return this.#chunks === undefined ? this.#left === 0 : this.#chunks.done;
  }

  /**
   * Gives where in `bytes`, read from `at` on, the body ends or stops for now; -1 if it is malformed.
   * What chunks hold is also put into `contents`.
   */
  take(bytes: Buffer, at: number, contents?: Buffer[]): number {
    if (this.#chunks !== undefined) return this.#chunks.push(bytes, at, contents);
    const end = Math.min(bytes.length, at + this.#left);
    this.#left -= end - at;
    return end;
  }
}

const NO_BODY = new BodyFollower({ kind: "none" });

export function followerOf(framing: Framing): BodyFollower {
  return framing.kind === "none" ? NO_BODY : new BodyFollower(framing);
}

function bytesAtMost(framing: Framing): number {
  switch (framing.kind) {
    case "none":
    case "chunked":
      return 0;
    case "length":
      return framing.sizeBytes;
    case "until-close":
      return Number.POSITIVE_INFINITY;
    default:
      return framing satisfies never;
  }
}
