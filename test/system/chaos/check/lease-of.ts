import { eventsOf, type HistoryEvent, type LeaseMs } from "../history.ts";

export function leaseOf(history: readonly HistoryEvent[]): LeaseMs {
  const [run] = eventsOf(history, "run");
  if (run === undefined) throw new Error("the history does not begin with its run");
  return run.lease;
}
