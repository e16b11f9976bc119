import { posix } from "node:path";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";

/** A file or folder of the project, and where it is in the container. */
export interface SyncRule {
  /** Relative to the project's folder, with `/`; empty for all of it. */
  source: string;
  /** Absolute. */
  target: string;
}

/** "src:/app/src". */
export function parseSyncRule(text: string): SyncRule {
  const [, source = "", target = ""] = /^([^:]+):(\/[^:]*)$/.exec(text) ?? [];
  const path = posix.normalize(source).replace(/\/$/, "");
  if (source === "" || path.startsWith("..") || posix.isAbsolute(path)) {
    throw new CliError(`--sync ${text} is not SOURCE:TARGET.`, {
      exitCode: EXIT.usage,
      hints: ["A path within the folder, and where it is in the container: src:/app/src"],
    });
  }
  return { source: path === "." ? "" : path, target: posix.normalize(target) };
}

/** Where a file of the project goes in the container; undefined if it is in no rule. The longest rule wins. */
export function syncTarget(rules: readonly SyncRule[], path: string): string | undefined {
  const [rule] = rules
    .filter(({ source }) => source === "" || path === source || path.startsWith(`${source}/`))
    .sort((one, other) => other.source.length - one.source.length);
  if (rule === undefined) return undefined;
  const below = path.slice(rule.source.length).replace(/^\//, "");
  if (below === "" && rule.target.endsWith("/")) {
    return posix.join(rule.target, posix.basename(path));
  }
  return posix.join(rule.target, below);
}
