import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";

/**
 * Keeps a folder for one process of a kind. The lock is the operating system's, held through SQLite,
 * so it ends with the process however that ends, and a stale one cannot be left behind.
 */
export function lockFolder(folder: string, kind: string): AsyncDisposable {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = new Database(join(folder, `${kind}.lock`), { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    const busy = error instanceof Error && "code" in error && error.code === "SQLITE_BUSY";
    if (!busy) throw error;
    throw new Error(`another ${kind} is using ${folder}: end it, or choose another data dir`, {
      cause: error,
    });
  }
  return {
    async [Symbol.asyncDispose]() {
      lock.close();
    },
  };
}
