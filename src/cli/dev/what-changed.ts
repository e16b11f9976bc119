import { type SyncRule, syncTarget } from "./sync-rule.ts";

export interface FileChange {
  /** Relative to the project's folder, with `/`. */
  path: string;
  isGone: boolean;
}

export type Consequence =
  | { kind: "build" }
  /** Running backends are given these, and the image follows. */
  | { kind: "sync"; files: readonly { path: string; target: string }[] };

/** A file that is gone cannot be copied, and what no rule covers may be anything: both want a new image. */
export function whatChanged(
  changes: readonly FileChange[],
  rules: readonly SyncRule[],
): Consequence {
  const files = changes.flatMap(({ path, isGone }) => {
    const target = isGone ? undefined : syncTarget(rules, path);
    return target === undefined ? [] : [{ path, target }];
  });
  return files.length === changes.length ? { kind: "sync", files } : { kind: "build" };
}
