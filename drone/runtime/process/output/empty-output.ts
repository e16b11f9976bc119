import { ftruncateSync, readSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import type { OutputParts, OutputRecord } from "./output-parts.ts";

const CHUNK_BYTES = 262_144;

/**
 * Copies the end of what is printed to away, `most` bytes and what comes meanwhile, and empties it. What an app
 * prints between the last byte that is copied and the emptying is lost: there is next to no time between. If it
 * cannot be copied, as on a full disk, it is emptied all the same.
 */
export async function emptyOutput(
  parts: OutputParts,
  { begin }: OutputRecord,
  most: number,
): Promise<OutputRecord> {
  await using current = await open(parts.current, "r+");
  const { size } = await current.stat();
  const copied = await copyEnd(parts, current, size, most).catch(() => undefined);
  if (copied === undefined) {
    ftruncateSync(current.fd, 0);
    await rm(newOf(parts.older), { force: true });
  }
  const { from, to } = copied ?? { from: size, to: size };
  const record = { olderBegin: begin + from, begin: begin + to };
  writeOutputRecord(parts, record);
  return record;
}

/** A reader sees all of it or nothing. */
export function writeOutputRecord({ record: path }: OutputParts, record: OutputRecord): void {
  writeFileSync(newOf(path), JSON.stringify(record), { mode: 0o600 });
  renameSync(newOf(path), path);
}

const newOf = (path: string) => `${path}.new`;

async function copyEnd(parts: OutputParts, current: FileHandle, size: number, most: number) {
  await using older = await open(newOf(parts.older), "w", 0o600);
  const from = Math.max(0, size - most);
  const soFar = await copy(current, older, from, size);
  const to = copyRest(current.fd, older.fd, soFar, soFar + most);
  ftruncateSync(current.fd, 0);
  renameSync(newOf(parts.older), parts.older);
  return { from, to };
}

async function copy(
  source: FileHandle,
  target: FileHandle,
  from: number,
  to: number,
): Promise<number> {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let at = from;
  while (at < to) {
    const { bytesRead } = await source.read(buffer, 0, Math.min(buffer.length, to - at), at);
    if (bytesRead === 0) break;
    await target.writeFile(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
  return at;
}

/** Without a turn of the event loop, so that as little as can be is printed behind it. */
function copyRest(source: number, target: number, from: number, limit: number): number {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let at = from;
  while (at < limit) {
    const bytesRead = readSync(source, buffer, 0, Math.min(buffer.length, limit - at), at);
    if (bytesRead === 0) break;
    // Less than all is written only where there is no room, and then the next call throws.
    for (let done = 0; done < bytesRead; ) {
      done += writeSync(target, buffer, done, bytesRead - done);
    }
    at += bytesRead;
  }
  return at;
}
