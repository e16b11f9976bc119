import { InvalidArgumentError } from "commander";

export type Pairs = Readonly<Record<string, string>>;

/** Collects NAME=value of a repeated option; the value may hold anything, more `=` included. */
export function parsePair(text: string, earlier: Pairs = {}): Pairs {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("Expected NAME=value.");
  return { ...earlier, [text.slice(0, at)]: text.slice(at + 1) };
}
