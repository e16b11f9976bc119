import { randomUUID } from "node:crypto";
import { link, open, readFile, rm } from "node:fs/promises";

/**
 * The text of a small file that is made, mode 0600, when it is not there yet. It appears whole or not
 * at all, whenever the process dies, and of two who make it at once one wins for both.
 */
export async function readOrCreate(path: string, create: () => string): Promise<string> {
  const found = await readFile(path, "utf8").catch(ignoreMissing);
  if (found !== undefined) return found.trim();
  const draft = `${path}.${randomUUID()}.new`;
  try {
    await writeDurably(draft, `${create()}\n`);
    await link(draft, path).catch(ignoreExisting);
  } finally {
    await rm(draft, { force: true });
  }
  return (await readFile(path, "utf8")).trim();
}

async function writeDurably(path: string, text: string): Promise<void> {
  await using file = await open(path, "w", 0o600);
  await file.writeFile(text);
  await file.sync();
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}
