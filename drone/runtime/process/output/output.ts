import { open, stat } from "node:fs/promises";
import { emptyOutput, writeOutputRecord } from "./empty-output.ts";
import {
  MAX_OUTPUT_BYTES,
  type OutputParts,
  type OutputRecord,
  outputParts,
  readOutputRecord,
} from "./output-parts.ts";
import { OutputTimes } from "./output-times.ts";

/** Places in an app's output: how many bytes it had printed before. */
export interface Span {
  /** What came before is not kept. */
  oldest: number;
  end: number;
}

export interface Piece {
  /** Later than was asked for if what is there was not kept. */
  place: number;
  bytes: Buffer;
}

interface Opened {
  record: OutputRecord;
  times: OutputTimes;
}

/**
 * What one app has printed. Its places stay as they are, however much is cleared away before them. One thing is
 * done after another, so that nobody reads while a part is emptied.
 */
export class Output {
  readonly #parts: OutputParts;
  readonly #now: () => number;
  readonly #partBytes: number;
  #opened: Opened | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(folder: string, now: () => number, maxBytes = MAX_OUTPUT_BYTES) {
    this.#parts = outputParts(folder);
    this.#now = now;
    this.#partBytes = maxBytes / 2;
  }

  /** Notes what was printed since the last look, and makes room if it was much. */
  look(): Promise<Span> {
    return this.#inTurn(() => this.#look());
  }

  /** Of what was seen by a look. */
  read(place: number, most: number): Promise<Piece> {
    return this.#inTurn(() => this.#read(place, most));
  }

  /** When what ends there was seen; null if no look has. */
  seenAt(end: number): number | null {
    return this.#opened?.times.at(end) ?? null;
  }

  /** Where that begins which no look had seen by then. */
  beginOf(sinceMs: number): number {
    return this.#opened?.times.beginOf(sinceMs) ?? 0;
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(task);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #open(): Promise<Opened> {
    this.#opened ??= {
      record: await readOutputRecord(this.#parts),
      times: await OutputTimes.open(this.#parts.times),
    };
    return this.#opened;
  }

  async #look(): Promise<Span> {
    const opened = await this.#open();
    const { times } = opened;
    const size = (await stat(this.#parts.current).catch(ifThere))?.size;
    if (size === undefined) return { oldest: opened.record.olderBegin, end: times.end };
    if (opened.record.begin + size < times.end) this.#wasEmptied(opened);
    const { begin, olderBegin } = opened.record;
    if (begin + size > times.end) await times.note(begin + size, this.#now(), olderBegin);
    if (size >= this.#partBytes) {
      opened.record = await emptyOutput(this.#parts, opened.record, this.#partBytes);
    }
    return { oldest: opened.record.olderBegin, end: times.end };
  }

  /** By a hand, or by who died before writing it down: what is there now came after what was seen. */
  #wasEmptied(opened: Opened): void {
    const { end } = opened.times;
    opened.record = { olderBegin: end, begin: end };
    writeOutputRecord(this.#parts, opened.record);
  }

  async #read(from: number, most: number): Promise<Piece> {
    const { olderBegin, begin } = (await this.#open()).record;
    const place = Math.max(from, olderBegin);
    const isOlder = place < begin;
    const length = isOlder ? Math.min(most, begin - place) : most;
    await using file = await open(isOlder ? this.#parts.older : this.#parts.current).catch(ifThere);
    if (file === undefined) return { place, bytes: Buffer.alloc(0) };
    const at = place - (isOlder ? olderBegin : begin);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
    return { place, bytes: buffer.subarray(0, bytesRead) };
  }
}

/** What was removed while it was read has nothing more to tell. */
function ifThere(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
