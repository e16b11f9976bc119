import { type Phase, phaseOf } from "../format/statuses.ts";
import type { BackendRow } from "./backend-row.ts";

export interface Facets {
  readonly phases: Readonly<Record<Phase, number>>;
  readonly namespaces: readonly string[];
  readonly drones: readonly string[];
  /** `name=value`, the most frequent first. */
  readonly labels: readonly string[];
}

const MOST_LABELS = 100;

/** What there is to filter by. */
export function countFacets(rows: readonly BackendRow[]): Facets {
  const phases: Record<Phase, number> = { starting: 0, ready: 0, ending: 0, ended: 0 };
  const namespaces = new Set<string>();
  const drones = new Set<string>();
  const labels = new Map<string, number>();
  for (const { backend } of rows) {
    phases[phaseOf(backend.status)] += 1;
    namespaces.add(backend.key.namespace);
    drones.add(backend.drone);
    for (const name in backend.labels) {
      const label = `${name}=${backend.labels[name]}`;
      labels.set(label, (labels.get(label) ?? 0) + 1);
    }
  }
  return {
    phases,
    namespaces: [...namespaces].sort(),
    drones: [...drones].sort(),
    labels: [...labels]
      .sort(([, a], [, b]) => b - a)
      .slice(0, MOST_LABELS)
      .map(([label]) => label),
  };
}
