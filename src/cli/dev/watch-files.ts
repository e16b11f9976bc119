import { existsSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { watch } from "chokidar";
import type { DevPlan } from "./dev-plan.ts";
import type { DockerIgnore } from "./docker-ignore.ts";
import type { FileChange } from "./what-changed.ts";

/** Editors and version control write several files at a time. */
const QUIET_MS = 80;
/** Large, and never what a person edits; named by --watch, they are watched all the same. */
const NOISE = /(^|\/)(\.git|node_modules)(\/|$)/;

/** Tells of changes, those of one moment together, until it is disposed. Resolves once it sees every change. */
export async function watchFiles(
  { dir, recipe, watched }: DevPlan,
  ignore: () => DockerIgnore,
  onChanges: (changes: readonly FileChange[]) => void,
): Promise<AsyncDisposable> {
  const context = recipe.kind === "dockerfile" ? recipe.context : dir;
  const always = new Set(
    recipe.kind === "dockerfile"
      ? [recipe.file, `${recipe.file}.dockerignore`, resolve(context, ".dockerignore")]
      : [],
  );
  const isIgnored = (file: string) => {
    const top = watched.find((path) => file === path || file.startsWith(`${path}${sep}`));
    if (always.has(file) || top === undefined || file === top) return false;
    if (NOISE.test(relative(top, file).split(sep).join("/"))) return true;
    const path = relative(context, file).split(sep).join("/");
    return !path.startsWith("../") && ignore().ignoresAllBelow(path);
  };
  const pending = new Map<string, FileChange & { isNew: boolean }>();
  /** Told to come, and gone before anybody heard of it: an editor's. */
  const drafts = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    const changes = [...pending.values()].filter(({ path, isGone, isNew }) => {
      const isThere = isGone || existsSync(resolve(dir, path));
      if (isNew && !isThere) drafts.add(path);
      return isThere;
    });
    pending.clear();
    if (changes.length > 0) onChanges(changes.map(({ path, isGone }) => ({ path, isGone })));
  };
  const watcher = watch([...watched], { ignoreInitial: true, ignored: isIgnored });
  watcher.on("all", (kind, file) => {
    // A folder's own coming and going is told by its files.
    if (kind === "addDir" || kind === "unlinkDir") return;
    const seen = relative(context, file).split(sep).join("/");
    if (!always.has(file) && !seen.startsWith("../") && ignore().ignores(seen)) return;
    const path = relative(dir, file).split(sep).join("/");
    const isGone = kind === "unlink";
    if (isGone && drafts.delete(path)) return;
    pending.set(path, { path, isGone, isNew: kind === "add" });
    clearTimeout(timer);
    timer = setTimeout(flush, QUIET_MS);
  });
  await new Promise<void>((done) => {
    watcher.once("ready", () => done());
  });
  return {
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
