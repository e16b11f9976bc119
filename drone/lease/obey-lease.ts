import type { DroneTime } from "../../src/protocol/drone-messages.ts";
import { rank } from "../../src/protocol/statuses.ts";
import type { BackendRecord } from "../backend/backend-record.ts";
import { requestEnd } from "../backend/ending.ts";
import { type Lease, phaseOf } from "./lease.ts";

/**
 * The record of a backend as its deadlines demand it now; undefined if it may stay as it is. From the
 * soft deadline on its deadlines are its own: the drone's next lease does not revive it.
 */
export function obeyLease(
  record: BackendRecord,
  lease: Lease | undefined,
  now: DroneTime,
  at: number,
): BackendRecord | undefined {
  const deadlines = record.deadlines ?? lease;
  // Of a spawn that is not confirmed there is nothing yet that could outlive a lease.
  if (deadlines === undefined || record.unconfirmed !== undefined) return undefined;
  if (rank(record.state.status) === rank("terminated")) return undefined;
  const phase = phaseOf(deadlines, now);
  if (phase === "held") return undefined;
  const pinned = pin(record, lease);
  return requestEnd(pinned, { kind: phase, reason: "keyexpired" }, at) ?? changed(record, pinned);
}

/** Makes the deadlines that a backend has its own for good. */
export function pin(record: BackendRecord, lease: Lease | undefined): BackendRecord {
  const deadlines = record.deadlines ?? lease;
  if (deadlines === undefined || isPinned(record)) return record;
  const { clock, askedAt, softAt, hardAt } = deadlines;
  return { ...record, deadlines: { clock, askedAt, softAt, hardAt } };
}

/** Puts a backend of provisional deadlines under the drone's lease. */
export function unpin(record: BackendRecord): BackendRecord {
  if (record.deadlines?.provisional === undefined) return record;
  const { deadlines: _, ...leased } = record;
  return leased;
}

function isPinned({ deadlines }: BackendRecord): boolean {
  return deadlines !== undefined && deadlines.provisional === undefined;
}

function changed(before: BackendRecord, after: BackendRecord): BackendRecord | undefined {
  return before === after ? undefined : after;
}
