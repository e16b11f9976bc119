import type { StreamItem, StreamProblem, StreamUp } from "../../src/protocol/stream-messages.ts";
import { STREAM_WINDOW } from "../../src/protocol/timings.ts";
import { StreamFailure } from "./stream-failure.ts";

/** More is granted once this many frames were read. */
const GRANT_AT = STREAM_WINDOW / 2;

/**
 * What a drone tells of one stream, for one reader. No more is kept than the window: what the reader has
 * not taken is not granted anew. Frames that are missing end it, for nobody shall read past a gap.
 */
export class IncomingStream {
  readonly #grant: (credit: number) => void;
  readonly #frames: StreamItem[][] = [];
  #hasEnded = false;
  #received = 0;
  #taken = 0;
  #granted = STREAM_WINDOW;
  #over: { failure?: StreamFailure } | undefined;
  #wake: () => void = () => undefined;

  constructor(grant: (credit: number) => void) {
    this.#grant = grant;
  }

  /** How many frames the drone may have sent in all. */
  get credit(): number {
    return this.#granted;
  }

  /** Whether the drone has nothing more to send. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get received(): number {
    return this.#received;
  }

  receive(message: StreamUp): void {
    if (message.type === "stream-end") this.#hasEnded = true;
    if (this.#over !== undefined) return;
    const place = message.type === "stream-end" ? message.frames : message.seq - 1;
    if (place !== this.#received) this.lose("a part of the stream is missing");
    else if (message.type === "stream-end") this.#end(message.problem);
    else this.#take(message.items);
  }

  lose(message: string): void {
    if (this.#over === undefined) this.#end({ code: "lost", message });
  }

  /** Ends without an error at the stream's end and when the signal aborts; else throws StreamFailure. */
  async *read(signal: AbortSignal): AsyncGenerator<StreamItem[]> {
    const stop = () => this.#wake();
    signal.addEventListener("abort", stop, { once: true });
    try {
      while (!signal.aborted) {
        const frame = this.#frames.shift();
        if (frame !== undefined) {
          this.#took();
          yield frame;
        } else if (this.#over !== undefined) {
          if (this.#over.failure !== undefined) throw this.#over.failure;
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  #take(items: StreamItem[]): void {
    if (this.#received === this.#granted) {
      this.lose("more was sent than was asked for");
      return;
    }
    this.#received += 1;
    this.#frames.push(items);
    this.#wake();
  }

  #took(): void {
    this.#taken += 1;
    if (this.#over !== undefined || this.#taken + STREAM_WINDOW < this.#granted + GRANT_AT) return;
    this.#granted = this.#taken + STREAM_WINDOW;
    this.#grant(this.#granted);
  }

  #end(problem: StreamProblem | undefined): void {
    this.#over = problem === undefined ? {} : { failure: new StreamFailure(problem) };
    this.#wake();
  }
}
