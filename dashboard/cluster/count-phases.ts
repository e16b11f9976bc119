import { STATUSES } from "../../src/protocol/statuses.ts";
import { phaseOf } from "../format/statuses.ts";

export const LIVE_PHASES = ["starting", "ready", "ending"] as const;
type LivePhase = (typeof LIVE_PHASES)[number];

/** How many backends are in each phase, by how many have each status. */
export function countPhases(byStatus: Readonly<Record<string, number>>): Record<LivePhase, number> {
  const counts = { starting: 0, ready: 0, ending: 0 };
  for (const status of STATUSES) {
    const phase = phaseOf(status);
    if (phase !== "ended") counts[phase] += byStatus[status] ?? 0;
  }
  return counts;
}
