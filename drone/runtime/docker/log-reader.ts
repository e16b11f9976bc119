import type { LogItem } from "../../../src/protocol/stream-messages.ts";
import { LineCutter } from "../line-cutter.ts";
import { type LogFrame, LogFrames } from "./log-frames.ts";
import { LogPlaces } from "./log-places.ts";

/** Makes lines of the Engine's log stream, from after a place on. */
export class LogReader {
  readonly #frames = new LogFrames();
  readonly #places: LogPlaces;
  readonly #cutters = { stdout: new LineCutter(), stderr: new LineCutter() };
  #lastAt = "";

  constructor(after?: string) {
    this.#places = new LogPlaces(after);
  }

  push(chunk: Buffer): LogItem[] {
    return this.#frames.push(chunk).flatMap((frame) => {
      this.#lastAt = frame.at;
      const lines = this.#cutters[frame.stream].push(frame.bytes);
      return lines.flatMap(({ text }) => this.#item(frame, text));
    });
  }

  /** What was printed last may have no line end. */
  flush(): LogItem[] {
    return (["stdout", "stderr"] as const).flatMap((stream) => {
      const rest = this.#cutters[stream].flush();
      return rest === undefined ? [] : this.#item({ stream, at: this.#lastAt }, rest.text);
    });
  }

  #item({ stream, at }: Pick<LogFrame, "stream" | "at">, text: string): LogItem[] {
    const place = this.#places.next(at);
    return place === undefined ? [] : [{ at: Math.floor(Number(at) / 1e6), stream, text, place }];
  }
}
