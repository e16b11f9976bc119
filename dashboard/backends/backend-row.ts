import type { BackendSummary } from "../../src/protocol/backend.ts";
import type { BackendEvent } from "../../src/protocol/event.ts";
import { rank } from "../../src/protocol/statuses.ts";

/** A backend as the table has it, with all that search looks through in one lower-case text. */
export interface BackendRow {
  readonly backend: BackendSummary;
  readonly text: string;
  /** Known by an event only, which tells neither labels nor pool. */
  readonly isPartial: boolean;
}

export function rowOf(backend: BackendSummary, isPartial = false): BackendRow {
  const { id, key, status, image, drone, pool, labels, subdomain, ended } = backend;
  const words = [keyText(key), id, key.tag, status, image, drone, pool, subdomain];
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const text = [...words, ...pairs, ended?.reason].filter(Boolean).join("\n").toLowerCase();
  return { backend, text, isPartial };
}

/** As the table shows it: `namespace/name`. */
export function keyText({ namespace, name }: BackendSummary["key"]): string {
  return namespace === "" ? name : `${namespace}/${name}`;
}

/** A list may be older than an event that was heard meanwhile: a backend never goes back. */
export function mergeSummary(known: BackendRow | undefined, told: BackendSummary): BackendRow {
  if (known === undefined || rank(told.status) >= rank(known.backend.status)) return rowOf(told);
  const { status, status_at, ended } = known.backend;
  return rowOf({ ...told, status, status_at, ...(ended === undefined ? {} : { ended }) });
}

export function mergeEvent(known: BackendRow | undefined, event: BackendEvent): BackendRow {
  if (known !== undefined && rank(event.status) <= rank(known.backend.status)) return known;
  const { status, drone, at, termination_reason: reason, exit_code } = event;
  const base = known?.backend ?? unheardOf(event);
  const ended =
    status === "terminated" && reason !== undefined
      ? { ended: { reason, ...(exit_code === undefined ? {} : { exit_code }) } }
      : {};
  return rowOf({ ...base, status, drone, status_at: at, ...ended }, known?.isPartial ?? true);
}

function unheardOf({ backend_id, key, cluster, drone, image, status, at }: BackendEvent) {
  const unknown = { pool: "", labels: {}, subdomain: null };
  return {
    ...{ id: backend_id, key, cluster, drone, image, status },
    ...{ created_at: at, status_at: at, ...unknown },
  } satisfies BackendSummary;
}
