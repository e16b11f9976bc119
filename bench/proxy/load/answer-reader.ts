/** Counts what has been answered in the bytes that a connection receives. */
export interface Reader {
  /** How many answers are complete with these first bytes of the buffer. It throws on a wrong one. */
  read(buffer: Buffer, bytes: number): number;
}

const CR = 13;
const LF = 10;
const HEAD_END = "\r\n\r\n";
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;

/** HTTP answers of one kind: each has the status 200, a length, and most often a head as long as the last one's. */
export class AnswerReader implements Reader {
  #incomplete = "";
  #headBytes = 0;
  #bodyBytes = 0;
  /** Of a body that has begun. */
  #missing = 0;

  read(buffer: Buffer, bytes: number): number {
    let answers = 0;
    let at = 0;
    while (at < bytes) {
      if (this.#missing === 0) {
        const begins = this.#readHead(buffer, at, bytes);
        if (begins === undefined) return answers;
        at = begins;
        this.#missing = this.#bodyBytes;
      }
      const taken = Math.min(this.#missing, bytes - at);
      at += taken;
      this.#missing -= taken;
      if (this.#missing === 0) answers += 1;
    }
    return answers;
  }

  /** Where the body begins; undefined while the head is not complete. */
  #readHead(buffer: Buffer, at: number, bytes: number): number | undefined {
    const expected = at + this.#headBytes;
    if (this.#incomplete === "" && expected <= bytes && this.#looksLikeLast(buffer, at, expected)) {
      return expected;
    }
    const before = this.#incomplete.length;
    const text = this.#incomplete + buffer.toString("latin1", at, bytes);
    const headEnds = text.indexOf(HEAD_END);
    if (headEnds < 0) {
      this.#incomplete = text;
      return undefined;
    }
    this.#incomplete = "";
    const head = text.slice(0, headEnds + HEAD_END.length);
    const length = CONTENT_LENGTH.exec(head)?.[1];
    if (!head.startsWith("HTTP/1.1 200 ") || length === undefined || length === "0") {
      throw new Error(`a wrong answer: ${text.slice(0, 300)}`);
    }
    this.#headBytes = head.length;
    this.#bodyBytes = Number(length);
    return at + head.length - before;
  }

  /** The status is 200 and a head ends where the last one did; searching each head would cost more than the rest. */
  #looksLikeLast(buffer: Buffer, at: number, end: number): boolean {
    return (
      this.#headBytes > 0 &&
      buffer[at + 9] === 50 &&
      buffer[at + 10] === 48 &&
      buffer[end - 4] === CR &&
      buffer[end - 3] === LF &&
      buffer[end - 2] === CR &&
      buffer[end - 1] === LF
    );
  }
}
