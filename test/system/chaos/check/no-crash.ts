import { eventsOf, type HistoryEvent } from "../history.ts";
import type { Finding } from "./finding.ts";

/** A process of Hangar's ends of itself. */
export function noCrash(history: readonly HistoryEvent[]): Finding {
  return {
    rule: "a process ends of itself",
    checked: eventsOf(history, "fault").length,
    violations: eventsOf(history, "crash").map(({ t, part, code, signal, said }) => ({
      t,
      what: `${part} ended with ${signal ?? code}: ${said}`,
      backends: [],
    })),
  };
}
