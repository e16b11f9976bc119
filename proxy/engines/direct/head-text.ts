import type { HeaderPair } from "../../engine.ts";

const NOT_IN_VALUES = /[^\t -~\x80-\xff]/;

/** One header line. Written one byte a character, a wider one could come out as a line end. */
export function headerLine(name: string, value: string): string {
  if (NOT_IN_VALUES.test(value)) throw new TypeError(`${name} holds what a header may not hold`);
  return `${name}: ${value}\r\n`;
}

/**
 * The same text in one piece. What was put together of many stays a tree of them to V8, which would be
 * walked each time that it is written.
 */
export function flattened(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

export function headerLines(pairs: readonly HeaderPair[]): string {
  let text = "";
  for (const [name, value] of pairs) text += headerLine(name, value);
  return text;
}
