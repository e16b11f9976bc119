import { createWriteStream, type WriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import type { HistoryEvent } from "./history.ts";
import { monotonicMs } from "./monotonic-ms.ts";

type Unstamped<E> = E extends HistoryEvent ? Omit<E, "t"> & { t?: number } : never;

/** Keeps the history, in memory for the checker and as JSON lines for people. */
export class Recorder implements AsyncDisposable {
  readonly history: HistoryEvent[] = [];
  readonly #file: WriteStream;

  constructor(path: string) {
    this.#file = createWriteStream(path);
  }

  record(event: Unstamped<HistoryEvent>): void {
    const stamped = { ...event, t: event.t ?? monotonicMs() } as HistoryEvent;
    this.history.push(stamped);
    this.#file.write(`${JSON.stringify(stamped)}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#file.end();
    await finished(this.#file);
  }
}
