import type { BackendRow } from "./backend-row.ts";

/** The ids of all but the `keep` rows whose status is the newest. */
export function forgetOldest(rows: readonly BackendRow[], keep: number): string[] {
  if (rows.length <= keep) return [];
  return [...rows]
    .sort((a, b) => b.backend.status_at - a.backend.status_at)
    .slice(keep)
    .map(({ backend }) => backend.id);
}
