import { appendFile, readFile, rename, writeFile } from "node:fs/promises";

/** Beyond it every second of the older half goes: its lines then have the time of those soon after. */
const MAX_NOTES = 8_192;

interface Note {
  /** So many bytes had been printed. */
  end: number;
  /** When that was seen: epoch ms, never before the note before. */
  at: number;
}

/** When an app's output was seen, in a file beside it, so that lines have their times after a restart, too. */
export class OutputTimes {
  readonly #path: string;
  #notes: Note[];

  private constructor(path: string, notes: Note[]) {
    this.#path = path;
    this.#notes = notes;
  }

  static async open(path: string): Promise<OutputTimes> {
    const text = await readFile(path, "utf8").catch(() => "");
    return new OutputTimes(path, notesIn(text));
  }

  /** How much has been seen. */
  get end(): number {
    return this.#notes.at(-1)?.end ?? 0;
  }

  /** What ends before `oldest` need not be known any more. */
  async note(end: number, now: number, oldest: number): Promise<void> {
    const note = { end, at: Math.max(now, this.#notes.at(-1)?.at ?? 0) };
    this.#notes.push(note);
    if (this.#notes.length <= MAX_NOTES) {
      await appendFile(this.#path, lineOf(note), { mode: 0o600 });
    } else {
      this.#notes = thinned(this.#notes.filter((each) => each.end > oldest));
      await writeFile(`${this.#path}.new`, this.#notes.map(lineOf).join(""), { mode: 0o600 });
      await rename(`${this.#path}.new`, this.#path);
    }
  }

  /** When what ends there was seen; null if it was not yet. */
  at(end: number): number | null {
    return this.#notes[firstOf(this.#notes, (note) => note.end >= end)]?.at ?? null;
  }

  /** Where that begins which was not seen before. */
  beginOf(sinceMs: number): number {
    return this.#notes[firstOf(this.#notes, ({ at }) => at >= sinceMs) - 1]?.end ?? 0;
  }
}

const lineOf = ({ end, at }: Note) => `${end} ${at}\n`;

/** A crash may have left the last line unfinished. */
function notesIn(text: string): Note[] {
  return [...text.matchAll(/^(\d+) (\d+)\n/gm)].map(([, end, at]) => ({
    end: Number(end),
    at: Number(at),
  }));
}

function thinned(notes: Note[]): Note[] {
  if (notes.length <= MAX_NOTES / 2) return notes;
  const half = notes.length / 2;
  return notes.filter((_, index) => index >= half || index % 2 === 1);
}

/** Of notes in order, the first that is so; their number if none is. */
function firstOf(notes: readonly Note[], isSo: (note: Note) => boolean): number {
  let from = 0;
  let to = notes.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (isSo(notes[middle] as Note)) to = middle;
    else from = middle + 1;
  }
  return from;
}
