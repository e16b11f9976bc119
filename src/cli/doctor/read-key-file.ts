import { readFile, stat } from "node:fs/promises";
import { keyFile } from "../settings/data-dir.ts";

export const SCOPES = ["admin", "drone", "proxy"] as const;
export type Scope = (typeof SCOPES)[number];

/** A key's file as it is found. */
export interface KeyFile {
  scope: Scope;
  path: string;
  /** Permission bits; undefined if there is no such file. */
  mode: number | undefined;
  key: string | undefined;
  /** Why it could not be read. */
  problem?: string;
}

export async function readKeyFile(dataDir: string, scope: Scope): Promise<KeyFile> {
  const path = keyFile(dataDir, scope);
  const absent: KeyFile = { scope, path, mode: undefined, key: undefined };
  try {
    const mode = (await stat(path)).mode & 0o777;
    try {
      return { ...absent, mode, key: (await readFile(path, "utf8")).trim() };
    } catch (error) {
      return { ...absent, mode, problem: (error as Error).message };
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? absent : { ...absent, problem: message };
  }
}
