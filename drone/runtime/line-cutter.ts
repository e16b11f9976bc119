import { MAX_LOG_LINE_BYTES } from "../../src/protocol/timings.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Makes lines of one stream's bytes, however they come in. A longer line comes as several, and what is
 * no UTF-8 is made so: an endless line of rubbish costs no more memory than any other.
 */
export class LineCutter {
  #unfinished = Buffer.alloc(0);

  /** The lines that these bytes finish, each with how many bytes it took from the stream, line end included. */
  push(bytes: Buffer): { text: string; bytes: number }[] {
    const lines: { text: string; bytes: number }[] = [];
    let rest = this.#unfinished.length === 0 ? bytes : Buffer.concat([this.#unfinished, bytes]);
    for (;;) {
      const end = rest.indexOf(LINE_FEED);
      if (end !== -1 && end <= MAX_LOG_LINE_BYTES) {
        lines.push({ text: textOf(rest.subarray(0, end)), bytes: end + 1 });
        rest = rest.subarray(end + 1);
      } else if (rest.length > MAX_LOG_LINE_BYTES) {
        const cut = characterEnd(rest, MAX_LOG_LINE_BYTES);
        lines.push({ text: textOf(rest.subarray(0, cut)), bytes: cut });
        rest = rest.subarray(cut);
      } else {
        // A copy: what is kept must not hold on to all that came with it.
        this.#unfinished = Buffer.from(rest);
        return lines;
      }
    }
  }

  /** What is left when the stream has ended. */
  flush(): { text: string; bytes: number } | undefined {
    const rest = this.#unfinished;
    this.#unfinished = Buffer.alloc(0);
    return rest.length === 0 ? undefined : { text: textOf(rest), bytes: rest.length };
  }
}

function textOf(line: Buffer): string {
  const hasReturn = line.at(-1) === CARRIAGE_RETURN;
  return (hasReturn ? line.subarray(0, -1) : line).toString("utf8");
}

/** At most `limit`; before it where a character would be cut in two. */
function characterEnd(bytes: Buffer, limit: number): number {
  let start = limit - 1;
  while (start > limit - 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  const lead = bytes[start] ?? 0;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return start + length > limit ? start : limit;
}
