import type { Idleness } from "../src/protocol/backend.ts";
import { isEnding, isStarting } from "../src/protocol/statuses.ts";
import type { IdlenessRecord, LeaseRecord } from "./store/store.ts";

type Deadline = { goes_at: number; goes_because: NonNullable<Idleness["goes_because"]> };

/** What holds a backend up, and which of its deadlines comes first: in words what `sweep` does in SQL. */
export function idleness(record: IdlenessRecord, lease: LeaseRecord | null): Idleness {
  const { backend, now, drainEndsAt } = record;
  const held_by = holdersOf(record);
  const idle_since = isRunning(record, held_by) ? idleSince(record) : null;
  return {
    backend_id: backend.id,
    status: backend.state.status,
    now,
    held_by,
    max_idle_seconds: backend.maxIdleMs === null ? null : backend.maxIdleMs / 1_000,
    idle_since,
    last_active_at: backend.lastActiveAt,
    lifetime_ends_at: backend.expiresAt,
    drain_ends_at: drainEndsAt,
    ...(firstDeadline(record, lease, idle_since) ?? { goes_at: null, goes_because: null }),
  };
}

/** Since when it is on its way out, or its drone will hear that it shall be. */
function endingSince({ backend, endAskedAt }: IdlenessRecord): number | null {
  return isEnding(backend.state.status) ? backend.statusAt : endAskedAt;
}

function holdersOf(record: IdlenessRecord): Idleness["held_by"] {
  const { backend, connections } = record;
  const { status } = backend.state;
  if (endingSince(record) !== null) return [];
  return [
    ...(isStarting(status) ? [{ kind: "starting" as const }] : []),
    ...connections
      .filter(({ open }) => open > 0)
      .map(({ proxy, open }) => ({ kind: "connections" as const, proxy: nameOf(proxy), open })),
    ...(backend.maxIdleMs === null ? [{ kind: "no-idle-limit" as const }] : []),
  ];
}

function nameOf(proxy: string): string {
  return proxy.split("/")[0] ?? proxy;
}

function isRunning(record: IdlenessRecord, heldBy: Idleness["held_by"]): boolean {
  return heldBy.length === 0 && endingSince(record) === null;
}

/** The clock starts when the backend is ready. */
function idleSince({ backend, readyAt }: IdlenessRecord): number {
  return Math.max(backend.lastActiveAt, readyAt ?? 0);
}

function firstDeadline(
  record: IdlenessRecord,
  lease: LeaseRecord | null,
  idleSince: number | null,
): Deadline | undefined {
  const { backend, drainEndsAt } = record;
  const { expiresAt, maxIdleMs } = backend;
  const ending = endingSince(record);
  if (ending !== null) {
    const hasEnded = backend.state.status === "terminated";
    return { goes_at: ending, goes_because: hasEnded ? "ended" : "ending" };
  }
  const idleUntil = idleSince === null || maxIdleMs === null ? null : idleSince + maxIdleMs;
  const leaseEnd = lease === null || lease.renewable ? null : lease.expiresAt;
  const deadlines = [
    ...deadline("idle", idleUntil),
    ...deadline("lifetime", expiresAt),
    ...deadline("drain", drainEndsAt),
    ...deadline("lease", leaseEnd),
  ];
  return deadlines.sort((a, b) => a.goes_at - b.goes_at)[0];
}

function deadline(goes_because: Deadline["goes_because"], goes_at: number | null): Deadline[] {
  return goes_at === null ? [] : [{ goes_because, goes_at }];
}
