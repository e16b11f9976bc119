import type { Reader } from "./answer-reader.ts";

/** The agreement to a WebSocket counts as an answer, and then each echo; all echoes have one size. */
export class EchoReader implements Reader {
  readonly #echoBytes: number;
  #head = "";
  #upgraded = false;
  #received = 0;

  constructor(echoBytes: number) {
    this.#echoBytes = echoBytes;
  }

  read(buffer: Buffer, bytes: number): number {
    if (!this.#upgraded) return this.#readHead(buffer.toString("latin1", 0, bytes));
    this.#received += bytes;
    const echoes = Math.floor(this.#received / this.#echoBytes);
    this.#received -= echoes * this.#echoBytes;
    return echoes;
  }

  /** Nothing follows the head, since nothing has been sent yet. */
  #readHead(text: string): number {
    this.#head += text;
    if (!this.#head.endsWith("\r\n\r\n")) return 0;
    if (!this.#head.startsWith("HTTP/1.1 101 ")) {
      throw new Error(`not upgraded: ${this.#head.slice(0, 300)}`);
    }
    this.#upgraded = true;
    return 1;
  }
}
