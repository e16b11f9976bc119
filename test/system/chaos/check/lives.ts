import { eventsOf, type HistoryEvent } from "../history.ts";

/** When a backend certainly ran, by its own account and by the machine's. */
export interface Span {
  backend: string;
  key: string;
  token: number;
  from: number;
  to: number;
}

/** One span a backend: its container is never started twice, so what is between two signs was lived too. */
export function spansOf(history: readonly HistoryEvent[]): Span[] {
  const spans = new Map<string, Span>();
  for (const seen of [...eventsOf(history, "life"), ...eventsOf(history, "witness")]) {
    const { backend, key, token, from, to } = seen;
    const known = spans.get(backend);
    spans.set(backend, {
      ...{ backend, key, token },
      from: Math.min(from, known?.from ?? from),
      to: Math.max(to, known?.to ?? to),
    });
  }
  return [...spans.values()].sort((a, b) => a.from - b.from);
}

export function groupBy<T>(items: Iterable<T>, of: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = of(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}
