import type { HeaderPair } from "../../engine.ts";

const NOT_IN_VALUES = /[^\t -~\x80-\xff]/;

/** One header line. Written one byte a character, a wider one could come out as a line end. */
export function headerLine(name: string, value: string): string {
  if (NOT_IN_VALUES.test(value)) throw new TypeError(`${name} holds what a header may not hold`);
  return `${name}: ${value}\r\n`;
}

export function headerLines(pairs: readonly HeaderPair[]): string {
  let text = "";
  for (const [name, value] of pairs) text += headerLine(name, value);
  return text;
}
