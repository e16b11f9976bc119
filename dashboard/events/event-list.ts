import type { BackendEvent } from "../../src/protocol/event.ts";
import { isFailure, type Phase, phaseOf } from "../format/statuses.ts";

export interface EventFilter {
  readonly search: string;
  /** "failed": ends that nobody asked for. */
  readonly kind: Phase | "failed" | "all";
}

/** Newest first, each once, and no more than `keep`. Both lists are newest first. */
export function mergeEvents(
  known: readonly BackendEvent[],
  arrived: readonly BackendEvent[],
  keep: number,
): readonly BackendEvent[] {
  if (arrived.length === 0) return known;
  const heard = new Set(known.map(({ cursor }) => cursor));
  const news = arrived.filter(({ cursor }) => !heard.has(cursor));
  return [...news, ...known].slice(0, keep);
}

export function filterEvents(
  events: readonly BackendEvent[],
  { search, kind }: EventFilter,
): readonly BackendEvent[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return events.filter((event) => {
    if (!fitsKind(event, kind)) return false;
    const text = textOf(event);
    return words.every((word) => text.includes(word));
  });
}

function fitsKind(event: BackendEvent, kind: EventFilter["kind"]): boolean {
  if (kind === "all") return true;
  if (kind === "failed") return isFailedEnd(event);
  return phaseOf(event.status) === kind;
}

export function isFailedEnd({ status, termination_reason, exit_code }: BackendEvent): boolean {
  return status === "terminated" && isFailure(termination_reason, exit_code);
}

function textOf({
  backend_id,
  key,
  drone,
  image,
  status,
  termination_reason,
  message,
}: BackendEvent) {
  const parts = [backend_id, key.namespace, key.name, key.tag, drone, image, status];
  return [...parts, termination_reason, message].filter(Boolean).join("\n").toLowerCase();
}
