import { deflateRawSync, inflateRawSync } from "node:zlib";

/** A note of the database holds less than 8,000 bytes, of which some are the address. */
const PART_CHARS = 7_400;
const MAX_MESSAGE_BYTES = 16 * 1_048_576;

/** Writes messages as texts that fit into notes: packed, since what is told is mostly what apps print. */
export class PostWriter {
  readonly #from: string;
  #count = 0;

  constructor(from: string) {
    this.#from = from;
  }

  /** Each `<from> <message> <part> <parts> <base64>`. */
  write(message: unknown): string[] {
    this.#count += 1;
    const packed = deflateRawSync(JSON.stringify(message), { level: 1 }).toString("base64");
    const parts = Math.max(1, Math.ceil(packed.length / PART_CHARS));
    return Array.from({ length: parts }, (_, index) => {
      const part = packed.slice(index * PART_CHARS, (index + 1) * PART_CHARS);
      return `${this.#from} ${this.#count} ${index + 1} ${parts} ${part}`;
    });
  }
}

interface Unfinished {
  message: number;
  parts: string[];
}

/** Puts them together again. A message of which a part is missing never arrives. */
export class PostReader {
  readonly #unfinished = new Map<string, Unfinished>();

  read(text: string): { from: string; message: unknown } | undefined {
    const [from = "", number = "", part = "", parts = "", chunk = ""] = text.split(" ");
    const before = this.#unfinished.get(from);
    this.#unfinished.delete(from);
    const isNext = before?.message === Number(number) && before.parts.length === Number(part) - 1;
    if (part !== "1" && !isNext) return undefined;
    const all = [...(part === "1" ? [] : (before?.parts ?? [])), chunk];
    if (all.length < Number(parts)) {
      this.#unfinished.set(from, { message: Number(number), parts: all });
      return undefined;
    }
    const packed = Buffer.from(all.join(""), "base64");
    const json = inflateRawSync(packed, { maxOutputLength: MAX_MESSAGE_BYTES }).toString("utf8");
    return { from, message: JSON.parse(json) };
  }
}
