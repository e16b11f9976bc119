import { eventsOf, type HistoryEvent } from "../history.ts";
import type { Finding, Violation } from "./finding.ts";

/** After healing something stays wrong: a key without a backend, a container or a row without the other. */
export function settles(history: readonly HistoryEvent[]): Finding {
  const calms = eventsOf(history, "calm");
  const closings = eventsOf(history, "closed");
  const left = [
    ...calms.flatMap(({ t, unsettled }) => unsettled.map((what) => ({ t, what }))),
    ...closings.flatMap(({ t, left }) => left.map((what) => ({ t, what }))),
  ];
  return {
    rule: "after healing, something stays wrong",
    checked: calms.length + closings.length,
    violations: left.map(({ t, what }): Violation => ({ t, what, backends: [] })),
  };
}
