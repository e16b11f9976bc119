import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

const BUILT = resolve("dist/src/cli/main.js");
const SOURCES = ["src", "controller", "drone", "proxy", "dns", "package-lock.json"];

/**
 * What starts `hangar` after `node`: what was built, where nothing was changed since, for that starts in a
 * third of the time; otherwise the sources. `npm test` builds before it tests.
 */
export function hangarWords(): readonly string[] {
  words ??= isFresh() ? [BUILT] : ["--import", "tsx", resolve("src/cli/main.ts")];
  return words;
}
let words: readonly string[] | undefined;

function isFresh(): boolean {
  const builtAt = changedAt(BUILT);
  return builtAt !== undefined && SOURCES.every((source) => isOlder(source, builtAt));
}

/** A folder's own time tells of files that have come and gone. */
function isOlder(path: string, builtAt: number): boolean {
  const changed = changedAt(path);
  if (changed === undefined || changed > builtAt) return false;
  if (!statSync(path).isDirectory()) return true;
  return readdirSync(path).every((name) => isOlder(join(path, name), builtAt));
}

function changedAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
