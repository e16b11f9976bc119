import { parseArgs } from "node:util";
import { FLOOR } from "./figures.ts";

export interface ProxyOptions {
  rounds: number;
  /** How long each contender is asked for, in each round. */
  ms: number;
  workloads: readonly string[];
  contenders: readonly string[];
  /** Where the figures go as JSON; undefined for nowhere. */
  jsonFile: string | undefined;
}

export interface Names {
  workloads: readonly string[];
  contenders: readonly string[];
}

export const PROXY_OPTIONS =
  "[--rounds 3] [--seconds 3] [--only requests,latency] [--contenders hangar,nginx] [--json FILE]";

const LATENCY = "latency";

/** A name stands for itself and for all that begin with it and a hyphen. */
export function parseOptions(words: readonly string[], known: Names): ProxyOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "3" },
      only: { type: "string" },
      contenders: { type: "string" },
      json: { type: "string" },
    },
  });
  const workloads = chosen("--only", values.only, known.workloads);
  const contenders = chosen("--contenders", values.contenders, known.contenders);
  // Without it there would be nothing that a latency is added to.
  const needsFloor = workloads.some((name) => name.endsWith(LATENCY));
  return {
    rounds: Math.ceil(toNumber("--rounds", values.rounds)),
    ms: toNumber("--seconds", values.seconds) * 1_000,
    workloads,
    contenders: known.contenders.filter(
      (name) => contenders.includes(name) || (needsFloor && name === FLOOR),
    ),
    jsonFile: values.json,
  };
}

function toNumber(option: string, text: string): number {
  const number = Number(text);
  if (!(number > 0 && number < 1_000)) throw new Error(`${option}: "${text}" will not do`);
  return number;
}

function chosen(option: string, text: string | undefined, known: readonly string[]): string[] {
  if (text === undefined) return [...known];
  const wanted = text.split(",");
  const fits = (word: string, name: string) => name === word || name.startsWith(`${word}-`);
  const unknown = wanted.find((word) => !known.some((name) => fits(word, name)));
  if (unknown !== undefined) {
    throw new Error(`${option}: "${unknown}" is none of ${known.join(", ")}`);
  }
  return known.filter((name) => wanted.some((word) => fits(word, name)));
}
