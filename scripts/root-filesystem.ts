import { createReadStream, statSync } from "node:fs";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";

/** What stands at a path: the content of a file of this machine, or content of its own. */
export type FileSource = { copyOf: string } | { content: string | Buffer; mode?: number };

/** Keyed by absolute path. */
export type RootFilesystem = ReadonlyMap<string, FileSource>;

export interface PackedRoot {
  /** A tar stream. */
  archive: Pack;
  /** Settles once all is packed. Await it together with whatever reads the archive. */
  packed: Promise<void>;
}

/** Times are left at zero, so that the same files give the same bytes. */
export function packRootFilesystem(files: RootFilesystem): PackedRoot {
  const archive = pack();
  const packed = write(archive, files).catch((error) => {
    archive.destroy(error);
    throw error;
  });
  return { archive, packed };
}

async function write(archive: Pack, files: RootFilesystem): Promise<void> {
  const mtime = new Date(0);
  for (const name of directoriesOf(files.keys())) {
    archive.entry({ name, type: "directory", mode: 0o755, mtime });
  }
  archive.entry({ name: "tmp", type: "directory", mode: 0o1777, mtime });
  for (const [path, source] of files) {
    const name = path.slice(1);
    if ("content" in source) {
      archive.entry({ name, mode: source.mode ?? 0o644, mtime }, source.content);
    } else {
      const { size, mode } = statSync(source.copyOf);
      const entry = archive.entry({ name, size, mode: mode & 0o755, mtime });
      await pipeline(createReadStream(source.copyOf), entry);
    }
  }
  archive.finalize();
}

/** Every directory above the paths, the outermost first: an Engine may make missing ones unreadable. */
function directoriesOf(paths: Iterable<string>): string[] {
  const found = new Set<string>();
  for (const path of paths) {
    for (let dir = dirname(path); dir !== "/"; dir = dirname(dir)) found.add(dir.slice(1));
  }
  return [...found].sort();
}
