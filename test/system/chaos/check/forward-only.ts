import { type EventOf, eventsOf, type HistoryEvent } from "../history.ts";
import type { Finding, Violation } from "./finding.ts";
import { groupBy } from "./lives.ts";

const ORDER = [
  "scheduled",
  "loading",
  "starting",
  "waiting",
  "ready",
  "terminating",
  "hard-terminating",
  "terminated",
];
const rank = (status: string) => ORDER.indexOf(status);

/** A terminal state is followed by another, or a backend goes back. */
export function forwardOnly(history: readonly HistoryEvent[]): Finding {
  const steps = eventsOf(history, "step");
  const rows = eventsOf(history, "row");
  const inOrder = groupBy(
    steps.toSorted((a, b) => a.seq - b.seq),
    ({ backend }) => backend,
  );
  return {
    rule: "a state goes back, or follows a terminal one",
    checked: steps.length,
    violations: [
      ...[...inOrder.values()].flatMap((ofBackend) => pairs(ofBackend).flatMap(wrongStep)),
      ...[...groupBy(rows, ({ backend }) => backend).values()].flatMap((ofBackend) =>
        pairs(ofBackend).flatMap(wrongChange),
      ),
      ...eventsOf(history, "row-gone").map(({ t, backend }) => ({
        ...{ t, what: `${backend}: its row is gone while it lives`, backends: [backend] },
      })),
    ],
  };
}

const pairs = <T>(items: readonly T[]): [T, T][] =>
  items.slice(1).map((item, index) => [items[index] as T, item]);

function wrongStep([before, step]: [EventOf<"step">, EventOf<"step">]): Violation[] {
  if (rank(step.status) > rank(before.status) && step.at >= before.at) return [];
  const what = `${step.backend}: ${before.status} at ${before.at} is followed by ${step.status} at ${step.at}`;
  return [{ t: step.t, what, backends: [step.backend] }];
}

function wrongChange([before, { t, backend, status, reason }]: [
  EventOf<"row">,
  EventOf<"row">,
]): Violation[] {
  const changedEnd = before.status === "terminated" && before.reason !== reason;
  if (rank(status) >= rank(before.status) && !changedEnd) return [];
  const what = `${backend}: its row went from ${before.status} (${before.reason}) to ${status} (${reason})`;
  return [{ t, what, backends: [backend] }];
}
