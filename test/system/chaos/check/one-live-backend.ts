import { type EventOf, eventsOf, type HistoryEvent } from "../history.ts";
import type { Finding, Violation } from "./finding.ts";
import { groupBy, type Span, spansOf } from "./lives.ts";

/** A key has two live backends: two containers that ran at one moment, or two rows that live. */
export function oneLiveBackend(history: readonly HistoryEvent[]): Finding {
  const spans = spansOf(history);
  return {
    rule: "a key has two live backends",
    checked: spans.length,
    violations: [...overlaps(spans), ...twoRows(history)],
  };
}

function overlaps(spans: readonly Span[]): Violation[] {
  const violations: Violation[] = [];
  for (const [key, ofKey] of groupBy(spans, (span) => span.key)) {
    ofKey.forEach((later, index) => {
      for (const earlier of ofKey.slice(0, index)) {
        const togetherMs = Math.min(earlier.to, later.to) - later.from;
        if (togetherMs < 0) continue;
        violations.push({
          t: later.from,
          what: `${key}: ${named(earlier)} ran on for ${Math.round(togetherMs)} ms beside ${named(later)}`,
          backends: [earlier.backend, later.backend],
        });
      }
    });
  }
  return violations;
}

function twoRows(history: readonly HistoryEvent[]): Violation[] {
  const live = new Map<string, string>();
  const readTogether = groupBy(eventsOf(history, "row"), ({ t }) => String(t));
  return [...readTogether.values()].flatMap((rows) => {
    for (const { key, backend, status } of rows) {
      if (status === "terminated" && live.get(key) === backend) live.delete(key);
    }
    return rows
      .filter(({ status }) => status !== "terminated")
      .flatMap((row) => besides(row, live));
  });
}

function besides({ t, key, backend }: EventOf<"row">, live: Map<string, string>): Violation[] {
  const other = live.get(key);
  live.set(key, backend);
  if (other === undefined || other === backend) return [];
  const what = `${key}: the rows of ${other} and ${backend} both live`;
  return [{ t, what, backends: [other, backend] }];
}

const named = ({ backend, token }: Span) => `${backend} (token ${token})`;
