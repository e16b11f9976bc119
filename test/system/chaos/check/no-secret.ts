import { eventsOf, type HistoryEvent } from "../history.ts";
import type { Finding } from "./finding.ts";

/** A secret stands in a log, a list answer or an error. */
export function noSecret(history: readonly HistoryEvent[]): Finding {
  return {
    rule: "a secret stands in a log, a list answer or an error",
    checked: eventsOf(history, "searched").reduce((sum, { texts }) => sum + texts, 0),
    violations: eventsOf(history, "leak").map(({ t, secret, where, excerpt }) => ({
      t,
      what: `${secret} stands in ${where}: ${excerpt}`,
      backends: [],
    })),
  };
}
