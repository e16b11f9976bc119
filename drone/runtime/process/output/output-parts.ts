import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** As much as Docker's log files hold: half of it in the part that is printed to, half in the one before. */
export const MAX_OUTPUT_BYTES = 20 * 1_048_576;

/**
 * The files of an app's output. The app itself appends to `current`, with no drone between, so that it lives on
 * without one; so nobody else can cut what it prints into files, and what is full is copied away and emptied.
 */
export interface OutputParts {
  current: string;
  older: string;
  record: string;
  times: string;
}

export function outputParts(folder: string): OutputParts {
  return {
    current: join(folder, "output.log"),
    older: join(folder, "output.older.log"),
    record: join(folder, "output.json"),
    times: join(folder, "output.times"),
  };
}

/** How many bytes were printed before each part begins. */
export interface OutputRecord {
  olderBegin: number;
  begin: number;
}

export async function readOutputRecord({ record }: OutputParts): Promise<OutputRecord> {
  const text = await readFile(record, "utf8").catch(() => undefined);
  return text === undefined ? { olderBegin: 0, begin: 0 } : JSON.parse(text);
}
