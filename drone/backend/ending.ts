import { rank } from "../../src/protocol/statuses.ts";
import { type BackendRecord, type EndRequest, withState } from "./backend-record.ts";

/**
 * The record of a backend that is asked to end; undefined if the request changes nothing, because the
 * backend is ending in this way, or in a harder one, already.
 */
export function requestEnd(
  record: BackendRecord,
  end: EndRequest,
  at: number,
): BackendRecord | undefined {
  const status = end.kind === "soft" ? "terminating" : "hard-terminating";
  if (record.end?.kind === "hard" || record.end?.kind === end.kind) return undefined;
  if (rank(status) <= rank(record.state.status)) return undefined;
  return { ...withState(record, { status, reason: end.reason }, at), end };
}

/** The record of a backend that a step has failed for good: there is nothing left to terminate. */
export function failed(record: BackendRecord, end: Omit<EndRequest, "kind">): BackendRecord {
  return record.end === undefined ? { ...record, end: { ...end, kind: "hard" } } : record;
}
