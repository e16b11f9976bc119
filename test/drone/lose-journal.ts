import { unlink } from "node:fs/promises";

/** Takes the journal away from a drone that is not there. */
export async function loseJournal({ journalPath }: { journalPath: string }): Promise<void> {
  for (const side of ["", "-wal", "-shm"]) {
    await unlink(journalPath + side).catch(() => undefined);
  }
}
