import { readFile, stat } from "node:fs/promises";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import { tildePath } from "../settings/data-dir.ts";
import { type ConfigFile, emptyConfig, parseConfig } from "./config-file.ts";

export interface ReadConfig {
  config: ConfigFile;
  /** Whether others than its owner may read it. */
  isOpen: boolean;
}

/** Nothing there, or nobody let us look: as good as no file, unless somebody has asked for this one. */
const NO_FILE = ["ENOENT", "ENOTDIR", "EACCES"];

export async function readConfig(path: string, isAskedFor: boolean): Promise<ReadConfig> {
  try {
    const [text, { mode }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
    return { config: parseConfig(path, text), isOpen: (mode & 0o077) !== 0 };
  } catch (error) {
    if (error instanceof CliError) throw error;
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (!isAskedFor && NO_FILE.includes(code)) return { config: emptyConfig(path), isOpen: false };
    throw new CliError(`Cannot read the config file ${tildePath(path)}: ${message}`, {
      exitCode: EXIT.usage,
      hints: ["--config or HANGAR_CONFIG says which one to read."],
      cause: error,
    });
  }
}
