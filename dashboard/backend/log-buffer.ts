import type { LogLine } from "../../src/protocol/log-line.ts";
import { plainText } from "./terminal-text.ts";

export interface NumberedLine extends LogLine {
  /** Counted from 1 for each line that came, so that it names a line for good. */
  readonly number: number;
  /** The text as a person reads it: what is searched through. */
  readonly plain: string;
}

export type Streams = "both" | LogLine["stream"];

/** The last lines of a log. Oldest lines go in large steps, so that adding one stays cheap. */
export class LogBuffer {
  readonly #limit: number;
  #lines: NumberedLine[] = [];
  #added = 0;

  constructor(limit = 20_000) {
    this.#limit = limit;
  }

  get lines(): readonly NumberedLine[] {
    return this.#lines;
  }

  /** How many lines have gone to make room. */
  get dropped(): number {
    return this.#added - this.#lines.length;
  }

  add(lines: readonly LogLine[]): void {
    for (const line of lines) {
      this.#added += 1;
      this.#lines.push({ ...line, number: this.#added, plain: plainText(line.text) });
    }
    if (this.#lines.length > this.#limit * 1.1) this.#lines = this.#lines.slice(-this.#limit);
  }

  clear(): void {
    this.#lines = [];
    this.#added = 0;
  }
}

export function filterLines(
  lines: readonly NumberedLine[],
  search: string,
  streams: Streams,
): readonly NumberedLine[] {
  const wanted = search.toLowerCase();
  if (wanted === "" && streams === "both") return lines;
  return lines.filter(
    ({ plain, stream }) =>
      (streams === "both" || stream === streams) && plain.toLowerCase().includes(wanted),
  );
}
