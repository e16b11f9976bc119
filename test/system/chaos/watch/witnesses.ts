import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Witness } from "../history.ts";
import type { Recorder } from "../recorder.ts";

/** What the backends have written of themselves, told once all is over. */
export function readWitnesses(folder: string, recorder: Recorder): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const witness = parseWitness(readFileSync(join(folder, name), "utf8"));
    if (witness !== undefined) recorder.record(witness);
  }
}

/** One that was killed may have left half a line, or none. */
export function parseWitness(text: string): Witness | undefined {
  const [first = "", ...lines] = text.split("\n").slice(0, -1);
  const beats = lines.filter((line) => /^\d/.test(line)).map(Number);
  const [from, to] = [beats[0], beats.at(-1)];
  if (first === "" || from === undefined || to === undefined) return undefined;
  const stopped = lines.find((line) => line.startsWith("stop "));
  return {
    kind: "witness",
    ...(JSON.parse(first) as Pick<Witness, "backend" | "key" | "token" | "boot">),
    from,
    to,
    stopped: stopped === undefined ? null : Number(stopped.slice(5)),
  };
}
