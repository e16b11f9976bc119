import type { LogLine } from "../../src/protocol/log-line.ts";

export interface NumberedLine extends LogLine {
  /** Counted from 1 for each line that came, so that it names a line for good. */
  readonly number: number;
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
      this.#lines.push({ ...line, number: this.#added });
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
    ({ text, stream }) =>
      (streams === "both" || stream === streams) && text.toLowerCase().includes(wanted),
  );
}

/** The parts of a text, alternately outside and inside of what is searched for. */
export function splitByMatch(text: string, search: string): string[] {
  if (search === "") return [text];
  const [lower, wanted] = [text.toLowerCase(), search.toLowerCase()];
  const parts: string[] = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), text.slice(at, at + wanted.length));
    from = at + wanted.length;
  }
  return [...parts, text.slice(from)];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal escapes begin with one.
const ESCAPES = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;

/** What a person would see of it on a terminal without colours. */
export function plainText(text: string): string {
  return text.replace(ESCAPES, "");
}
