import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { formatShare } from "../../render/format-bytes.ts";
import { tildePath } from "../../settings/data-dir.ts";
import { type Finding, fail, ok, warn } from "../finding.ts";
import type { Check } from "../run-checks.ts";

/** What is left of a file system. */
export interface Room {
  freeBytes: number;
  totalBytes: number;
  freeInodes: number;
  /** 0 where inodes are made as they are needed. */
  totalInodes: number;
}

const GIB = 1_073_741_824;

export const disk: Check = {
  name: "disk",
  async run({ settings, docker }) {
    const data = judgeDisk("data dir", tildePath(settings.dataDir), await roomOf(settings.dataDir));
    const facts = await docker();
    if (facts.kind === "away") return [data];
    // On another machine, or in another mount namespace, its folder cannot be seen from here.
    const room = await roomOf(facts.rootDir, false).catch(() => undefined);
    if (room === undefined) return [data];
    return [data, judgeDisk("Docker's disk", facts.rootDir, room)];
  },
};

export function judgeDisk(name: string, path: string, room: Room): Finding {
  const { freeBytes, totalBytes, freeInodes, totalInodes } = room;
  const bytes = freeBytes / totalBytes;
  const inodes = totalInodes === 0 ? 1 : freeInodes / totalInodes;
  const found = `${path}: ${formatShare(freeBytes, totalBytes)} free`;
  const files = `${path}: ${Math.floor(inodes * 100)} % of its inodes free`;
  const todo = "Make room: `docker system df` and `du` show what takes it.";
  if (freeBytes < GIB) return fail(name, found, todo);
  if (inodes < 0.02) return fail(name, files, todo);
  if (bytes < 0.1 && freeBytes < 20 * GIB) return warn(name, found, todo);
  return inodes < 0.1 ? warn(name, files, todo) : ok(name, found);
}

/** Of a folder, or of the nearest one above it that is there. */
async function roomOf(path: string, mayClimb = true): Promise<Room> {
  try {
    const { bavail, blocks, bsize, ffree, files } = await statfs(path);
    return {
      freeBytes: bavail * bsize,
      totalBytes: blocks * bsize,
      freeInodes: ffree,
      totalInodes: files,
    };
  } catch (error) {
    if (!mayClimb || dirname(path) === path) throw error;
    return await roomOf(dirname(path));
  }
}
