import { readFile } from "node:fs/promises";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";

/** The key in a file; undefined if there is no such file. */
export async function readKeyIfPresent(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new CliError(`Cannot read the API key ${file}: ${(error as Error).message}`, {
      exitCode: EXIT.notAuthorised,
      hints: ["Run this as the user that owns the file, or give a key."],
      cause: error,
    });
  }
}
