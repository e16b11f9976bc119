import { InvalidArgumentError, type Option } from "commander";
import { parseJsonObject } from "../settings/parse-json-object.ts";
import { parseList } from "../settings/parse-list.ts";
import { parsePair } from "../settings/parse-pair.ts";

/** Says what was expected of a value in a config file; whoever knows the field catches it. */
export class UnfitValue extends Error {
  override readonly name = "UnfitValue";
}

/** Gives what the option would be, had it been given as a flag; undefined for a flag that is off. */
export function optionValue(option: Option, value: unknown): unknown {
  const words = wordsOf(option, value);
  if (words === "off") return undefined;
  if (words === "on") return option.negate ? false : (option.presetArg ?? true);
  try {
    return words.reduce<unknown>((earlier, word) => parseWord(option, word, earlier), undefined);
  } catch (error) {
    // Any other is a CliError, which says more.
    if (error instanceof InvalidArgumentError)
      throw new UnfitValue(error.message, { cause: error });
    throw error;
  }
}

/** Whether it may be given several times, each adding to what was said before. */
function isRepeatable({ variadic, parseArg }: Option): boolean {
  return variadic || parseArg === parseList || parseArg === parsePair;
}

function parseWord(option: Option, word: string, earlier: unknown): unknown {
  if (option.parseArg !== undefined) return option.parseArg(word, earlier);
  return option.variadic ? [...((earlier ?? []) as string[]), word] : word;
}

function wordsOf(option: Option, value: unknown): readonly string[] | "on" | "off" {
  const takesValue = option.required || option.optional;
  if (typeof value === "boolean" && !option.required) return value ? "on" : "off";
  if (!takesValue) throw new UnfitValue("Expected true or false.");
  if (Array.isArray(value)) {
    if (isRepeatable(option)) return value.map(asWord);
    throw new UnfitValue("Expected one value, not a list.");
  }
  if (typeof value === "object" && value !== null) return wordsOfObject(option, value);
  return [asWord(value)];
}

function wordsOfObject({ parseArg }: Option, value: object): string[] {
  if (parseArg === parseJsonObject) return [JSON.stringify(value)];
  if (parseArg === parsePair) {
    return Object.entries(value).map(([name, word]) => `${name}=${asWord(word)}`);
  }
  throw new UnfitValue("Expected a text or a number.");
}

function asWord(value: unknown): string {
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw new UnfitValue("Expected a text or a number.");
}
