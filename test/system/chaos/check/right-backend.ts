import { eventsOf, type HistoryEvent } from "../history.ts";
import type { Finding, Violation } from "./finding.ts";

/** A client is routed to a backend that its token is not for. */
export function rightBackend(history: readonly HistoryEvent[]): Finding {
  const visits = eventsOf(history, "visit");
  const trespasses = eventsOf(history, "trespass");
  const violations: Violation[] = [];
  for (const { t, proxy, expected, answered } of visits) {
    if (answered.backend === expected.backend && answered.key === expected.key) continue;
    const what = `${proxy}: a token for ${expected.backend} (${expected.key}) reached ${answered.backend} (${answered.key})`;
    violations.push({ t, what, backends: [expected.backend, answered.backend] });
  }
  for (const { t, how, status, reached } of trespasses) {
    if (reached === null) continue;
    violations.push({ t, what: `${how} reached ${reached} (${status})`, backends: [reached] });
  }
  return {
    rule: "a client is routed to a backend that its token is not for",
    checked: visits.length + trespasses.length,
    violations,
  };
}
