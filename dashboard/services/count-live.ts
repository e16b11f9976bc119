import type { BackendRow } from "../backends/backend-row.ts";
import { phaseOf } from "../format/statuses.ts";

/** How many backends live in each namespace. */
export function countLive(rows: Iterable<BackendRow>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { backend } of rows) {
    if (phaseOf(backend.status) === "ended") continue;
    const { namespace } = backend.key;
    counts.set(namespace, (counts.get(namespace) ?? 0) + 1);
  }
  return counts;
}
