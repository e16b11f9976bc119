import { lstat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { RuntimeError } from "../runtime.ts";

/**
 * A session owns what it mounts, so it may have put a link there; mounted by another, that link would
 * lead out of the mount base. What this process cannot see (a drone in a container) it cannot refuse.
 */
export async function refuseSymlinks(mountBase: string, path: string): Promise<void> {
  let folder = mountBase;
  for (const segment of relative(mountBase, path).split(sep)) {
    folder = join(folder, segment);
    const stats = await lstat(folder).catch(() => undefined);
    if (stats === undefined) return;
    if (stats.isSymbolicLink()) {
      throw new RuntimeError("createfailed", `the mount leads through a symbolic link: ${segment}`);
    }
  }
}
