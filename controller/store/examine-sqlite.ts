import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import type { Integrity, SqliteFacts } from "./database-facts.ts";

/** A check reads every page, and this process does nothing else meanwhile. */
const LARGEST_CHECKED_BYTES = 256 * 1_048_576;

/** Reads beside a controller that may be writing: a reader disturbs nobody in WAL mode. */
export async function examineSqlite(path: string): Promise<SqliteFacts> {
  const file = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  if (file === undefined) return { kind: "absent", path };
  const wal = await stat(`${path}-wal`).catch(() => undefined);
  const sizeBytes = file.size;
  return {
    kind: "file",
    path,
    mode: file.mode & 0o777,
    sizeBytes,
    walBytes: wal?.size ?? 0,
    writable: await isWritable(path),
    integrity: sizeBytes > LARGEST_CHECKED_BYTES ? { kind: "not-checked" } : checked(path),
  };
}

/** Its folder too, for the files beside it. */
async function isWritable(path: string): Promise<boolean> {
  const answers = [path, dirname(path)].map((each) => access(each, constants.W_OK));
  return await Promise.all(answers).then(
    () => true,
    () => false,
  );
}

function checked(path: string): Integrity {
  try {
    const database = new Database(path, { readonly: true, fileMustExist: true, timeout: 1_000 });
    try {
      const rows = database.pragma("quick_check(5)") as { quick_check: string }[];
      const problems = rows.map((row) => row.quick_check).filter((text) => text !== "ok");
      return problems.length === 0 ? { kind: "sound" } : { kind: "damaged", problems };
    } finally {
      database.close();
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Damage can be such that the check itself fails of it.
    return code === "SQLITE_CORRUPT" || code === "SQLITE_NOTADB"
      ? { kind: "damaged", problems: [message] }
      : { kind: "unreadable", error: message };
  }
}
