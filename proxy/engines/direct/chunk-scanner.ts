import { isRefusedTrailer } from "../../trailers.ts";
import { parseFields } from "./head-parser.ts";

const CR = 0x0d;
const LF = 0x0a;
/** 2^52 - 1 bytes in a chunk; more than any has, and exact in a number. */
const MAX_SIZE_DIGITS = 13;
const MAX_EXTENSION_BYTES = 1_024;
const MAX_TRAILER_BYTES = 8_192;
// RFC 9112 §7.1.1, without the white space that it calls bad.
const EXTENSIONS =
  /^(?:;[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:=(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+|"(?:[\t !#-[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*"))?)*$/;

type State = "size" | "extensions" | "size-end" | "content" | "content-end" | "trailers" | "done";

/**
 * Follows a chunked body over any split of its bytes, strictly, to tell where it ends. Keeps no more
 * than a line's extensions or the trailers.
 */
export class ChunkScanner {
  #state: State = "size";
  #digits = 0;
  #size = 0;
  #left = 0;
  #text = "";

  get done(): boolean {
    return this.#state === "done";
  }

  /**
   * Reads from `at` on and gives where the body's bytes in `bytes` end: `bytes.length` if it goes on;
   * -1 if it is malformed. Puts what the chunks hold into `contents`.
   */
  push(bytes: Buffer, at: number, contents?: Buffer[]): number {
    let next = at;
    while (next < bytes.length && this.#state !== "done") {
      if (this.#state === "content") next = this.#skipContent(bytes, next, contents);
      else if (this.#read(bytes[next] ?? 0)) next += 1;
      else return -1;
    }
    return next;
  }

  #skipContent(bytes: Buffer, at: number, contents: Buffer[] | undefined): number {
    const end = Math.min(at + this.#left, bytes.length);
    this.#left -= end - at;
    contents?.push(bytes.subarray(at, end));
    if (this.#left === 0) this.#state = "content-end";
    return end;
  }

  /** One byte that is not content; false if it must not stand here. */
  #read(byte: number): boolean {
    switch (this.#state) {
      case "size":
        return this.#readSize(byte);
      case "extensions":
        return this.#readExtensions(byte);
      case "size-end":
        return this.#endSize(byte);
      case "content-end":
        return this.#endContent(byte);
      case "trailers":
        return this.#readTrailers(byte);
      case "content":
      case "done":
        return false;
      default:
        return this.#state satisfies never;
    }
  }

  #readSize(byte: number): boolean {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#size = this.#size * 16 + digit;
      this.#digits += 1;
      return this.#digits <= MAX_SIZE_DIGITS;
    }
    if (this.#digits === 0) return false;
    if (byte === CR) this.#state = "size-end";
    else if (byte === 0x3b) {
      this.#state = "extensions";
      this.#text = ";";
    } else return false;
    return true;
  }

  #readExtensions(byte: number): boolean {
    if (byte === CR) {
      this.#state = "size-end";
      return EXTENSIONS.test(this.#text);
    }
    this.#text += String.fromCharCode(byte);
    return this.#text.length <= MAX_EXTENSION_BYTES;
  }

  #endSize(byte: number): boolean {
    this.#left = this.#size;
    this.#state = this.#size === 0 ? "trailers" : "content";
    this.#size = 0;
    this.#digits = 0;
    this.#text = "";
    return byte === LF;
  }

  /** `#left` counts the two bytes of the line's end from here on, downwards. */
  #endContent(byte: number): boolean {
    if (this.#left === 0) {
      this.#left = -1;
      return byte === CR;
    }
    this.#left = 0;
    this.#state = "size";
    return byte === LF;
  }

  #readTrailers(byte: number): boolean {
    this.#text += String.fromCharCode(byte);
    if (this.#text.length > MAX_TRAILER_BYTES) return false;
    if (byte !== LF || !(this.#text === "\r\n" || this.#text.endsWith("\r\n\r\n"))) {
      return byte !== LF || this.#text.endsWith("\r\n");
    }
    this.#state = "done";
    const fields = parseFields(this.#text, 0);
    return !("problem" in fields) && !fields.headers.some(([name]) => isRefusedTrailer(name));
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
