import { createReadStream } from "node:fs";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import type { DevPlan, Recipe } from "./dev-plan.ts";
import type { DockerIgnore } from "./docker-ignore.ts";

/** Of a Dockerfile that is not in what the build sees. */
const OWN_NAME = ".hangar.dockerfile";
/** What is read at once: a file that is written meanwhile must not break the archive. */
const WHOLE_BYTES = 32 * 1_048_576;

type Packed = Pick<DevPlan, "dir" | "recipe" | "syncRules">;

/** What a build is sent: a tar stream of all that its ignore rules leave in. A file that fails breaks the stream. */
export function packContext(plan: Packed, ignore: DockerIgnore): Readable {
  const archive = pack();
  fillContext(archive, plan, ignore).then(
    () => archive.finalize(),
    (error: Error) => archive.destroy(error),
  );
  return Readable.from(archive, { objectMode: false });
}

async function fillContext(
  archive: Pack,
  { dir, recipe, syncRules }: Packed,
  ignore: DockerIgnore,
): Promise<void> {
  const name = dockerfileIn(recipe);
  if (recipe.kind === "dockerfile") {
    archive.entry({ name }, await readFile(recipe.file));
    await packFolder(archive, recipe.context, "", ignore, name);
    return;
  }
  const copies = syncRules.map(
    ({ source, target }) => `COPY ${JSON.stringify([source || ".", target])}`,
  );
  archive.entry({ name }, [`FROM ${recipe.image}`, ...copies, ""].join("\n"));
  for (const { source } of syncRules) await packPath(archive, dir, source, ignore);
}

/** Where the Dockerfile is in what a build is sent. */
export function dockerfileIn(recipe: Recipe): string {
  if (recipe.kind !== "dockerfile") return OWN_NAME;
  const path = relative(recipe.context, recipe.file).split(sep).join("/");
  return path.startsWith("../") ? OWN_NAME : path;
}

/** A tar archive of files, by where they go. */
export async function packFiles(
  dir: string,
  files: readonly { path: string; target: string }[],
): Promise<Buffer> {
  const archive = pack();
  const packed = buffer(archive);
  for (const { path, target } of files) {
    await packEntry(archive, join(dir, path), target.replace(/^\/+/, ""));
  }
  archive.finalize();
  return await packed;
}

/** A path of the context, whatever it is; the Dockerfile itself is there already. */
async function packPath(
  archive: Pack,
  root: string,
  path: string,
  ignore: DockerIgnore,
  dockerfile?: string,
): Promise<void> {
  const isLeftOut = path !== "" && ignore.ignores(path);
  const found = await lstat(join(root, path));
  if (found.isDirectory()) {
    if (isLeftOut && ignore.ignoresAllBelow(path)) return;
    if (path !== "" && !isLeftOut) {
      archive.entry({ name: path, type: "directory", mode: found.mode & 0o777 });
    }
    await packFolder(archive, root, path, ignore, dockerfile);
  } else if (!isLeftOut && path !== dockerfile) {
    await packEntry(archive, join(root, path), path);
  }
}

/** In order of name, so that the same files give the same archive. */
async function packFolder(
  archive: Pack,
  root: string,
  folder: string,
  ignore: DockerIgnore,
  dockerfile?: string,
): Promise<void> {
  for (const name of (await readdir(join(root, folder))).sort()) {
    const path = folder === "" ? name : `${folder}/${name}`;
    await packPath(archive, root, path, ignore, dockerfile).catch(unlessGone);
  }
}

/** Sockets and devices are left out, as Docker leaves them out. */
async function packEntry(archive: Pack, file: string, name: string): Promise<void> {
  const {
    mode: allBits,
    size,
    mtime,
    ...kind
  } = await lstat(file).then((found) => ({
    mode: found.mode,
    size: found.size,
    mtime: found.mtime,
    isLink: found.isSymbolicLink(),
    isFile: found.isFile(),
  }));
  const mode = allBits & 0o777;
  if (kind.isLink) {
    archive.entry({ name, type: "symlink", linkname: await readlink(file), mtime });
  } else if (kind.isFile && size <= WHOLE_BYTES) {
    archive.entry({ name, mode, mtime }, await readFile(file));
  } else if (kind.isFile) {
    await pipeline(createReadStream(file), archive.entry({ name, mode, mtime, size }));
  }
}

/** Editors write, rename and remove while we look. */
function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
