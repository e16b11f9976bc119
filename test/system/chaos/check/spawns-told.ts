import { eventsOf, type HistoryEvent } from "../history.ts";
import type { Finding, Violation } from "./finding.ts";
import { groupBy } from "./lives.ts";

/** An accepted spawn ends without a state and a reason. */
export function spawnsTold(history: readonly HistoryEvent[]): Finding {
  const isOver = eventsOf(history, "closed").length > 0;
  const rows = groupBy(eventsOf(history, "row"), ({ backend }) => backend);
  const steps = groupBy(eventsOf(history, "step"), ({ backend }) => backend);
  const answered = eventsOf(history, "connect").flatMap(({ backend, t }) =>
    backend === undefined ? [] : [[backend, t] as const],
  );
  const spawned = new Map([...answered, ...[...rows.keys()].map((id) => [id, 0] as const)]);
  const violations: Violation[] = [];
  for (const [backend, t] of spawned) {
    const problem = problemOf(rows.get(backend)?.at(-1), isOver);
    if (problem !== undefined)
      violations.push({ t, what: `${backend} ${problem}`, backends: [backend] });
    else if (isOver && steps.get(backend)?.some(({ status }) => status === "terminated") !== true) {
      violations.push({ t, what: `${backend} has no end in its timeline`, backends: [backend] });
    }
  }
  return {
    rule: "an accepted spawn ends without a state and a reason",
    checked: spawned.size,
    violations,
  };
}

function problemOf(
  row: { status: string; reason: string | null } | undefined,
  isOver: boolean,
): string | undefined {
  if (row === undefined) return isOver ? "was answered, and has no row" : undefined;
  if (row.status === "terminated")
    return row.reason === null ? "ended without a reason" : undefined;
  return isOver ? `is still ${row.status} after everything was asked to end` : undefined;
}
