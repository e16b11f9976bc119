import { eventsOf, type HistoryEvent } from "../history.ts";
import type { Finding, Violation } from "./finding.ts";
import { groupBy, spansOf } from "./lives.ts";

interface Sighting {
  backend: string;
  key: string;
  token: number;
  from: number;
}

/** The fencing tokens of a key do not strictly grow: over rows as they appear, and over backends as they start. */
export function fencingGrows(history: readonly HistoryEvent[]): Finding {
  const firstRows = new Map<string, Sighting>();
  for (const { backend, key, token, t } of eventsOf(history, "row")) {
    if (!firstRows.has(backend)) firstRows.set(backend, { backend, key, token, from: t });
  }
  const spans = spansOf(history);
  return {
    rule: "a key's fencing tokens do not strictly grow",
    checked: firstRows.size + spans.length,
    violations: [
      ...backwards([...firstRows.values()]),
      ...backwards(spans),
      ...unlike(firstRows, spans),
    ],
  };
}

function backwards(sightings: readonly Sighting[]): Violation[] {
  return [...groupBy(sightings, ({ key }) => key)].flatMap(([key, ofKey]) =>
    ofKey
      .toSorted((a, b) => a.from - b.from || a.token - b.token)
      .flatMap((later, index, inOrder) => {
        const earlier = inOrder[index - 1];
        if (earlier === undefined || earlier.token < later.token) return [];
        const what = `${key}: ${later.backend} has token ${later.token} after ${earlier.backend} had ${earlier.token}`;
        return [{ t: later.from, what, backends: [earlier.backend, later.backend] }];
      }),
  );
}

/** What a backend was given is what the controller holds. */
function unlike(rows: ReadonlyMap<string, Sighting>, spans: readonly Sighting[]): Violation[] {
  return spans.flatMap(({ backend, token, key, from }) => {
    const row = rows.get(backend);
    if (row === undefined || (row.token === token && row.key === key)) return [];
    const what = `${backend} was given ${key}, token ${token}; its row has ${row.key}, ${row.token}`;
    return [{ t: from, what, backends: [backend] }];
  });
}
