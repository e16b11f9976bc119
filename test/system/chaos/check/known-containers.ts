import { eventsOf, type HistoryEvent } from "../history.ts";
import type { Finding } from "./finding.ts";
import { leaseOf } from "./lease-of.ts";
import { spansOf } from "./lives.ts";

/** What the machine, and not Hangar, takes to let go of a process. */
const MARGIN_MS = 1_500;

/**
 * A container runs that no controller knows of, for longer than the lost-drone deadline: its row says that
 * it has ended, or there is none.
 */
export function knownContainers(history: readonly HistoryEvent[]): Finding {
  const { expiryMs } = leaseOf(history);
  const rows = eventsOf(history, "row");
  const known = new Set(rows.map(({ backend }) => backend));
  const ended = new Map<string, number>();
  for (const { backend, status, t } of rows) {
    if (status === "terminated" && !ended.has(backend)) ended.set(backend, t);
  }
  const spans = spansOf(history);
  return {
    rule: "a container runs that no controller knows of",
    checked: spans.length,
    violations: spans.flatMap(({ backend, from, to }) => {
      const unknownFrom = known.has(backend) ? ended.get(backend) : from;
      if (unknownFrom === undefined || to - unknownFrom <= expiryMs + MARGIN_MS) return [];
      const what = `${backend} ran on for ${Math.round(to - unknownFrom)} ms ${known.has(backend) ? "after its end was recorded" : "and has no row"}`;
      return [{ t: to, what, backends: [backend] }];
    }),
  };
}
