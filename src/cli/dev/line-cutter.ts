import { stripControl } from "../render/strip-control.ts";

/** Cuts text that comes in pieces into lines, without what would drive a terminal. */
export class LineCutter {
  readonly #onLine: (line: string) => void;
  #unfinished = "";

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  write(text: string): void {
    const lines = (this.#unfinished + text).split(/\r?\n/);
    this.#unfinished = lines.pop() ?? "";
    for (const line of lines) this.#onLine(stripControl(line));
  }

  end(): void {
    if (this.#unfinished !== "") this.#onLine(stripControl(this.#unfinished));
    this.#unfinished = "";
  }
}
