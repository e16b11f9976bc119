import { type Drone, engineOf, type PastFault } from "../fault.ts";
import { eventsOf, type HistoryEvent, type LeaseMs, type Row } from "../history.ts";
import { disturbances, touches } from "./disturbance.ts";
import type { Finding } from "./finding.ts";
import { leaseOf } from "./lease-of.ts";
import { spansOf } from "./lives.ts";

/** What a lease may lose to timers, a busy machine and the request's own way. */
const MARGIN_MS = 500;
/** How long before its end the cause of an end may lie. */
const CAUSE_MS = 20_000;

/** How long a drain that ended before may still show. */
const DRAIN_MS = 60_000;

interface Ended extends Row {
  /** When its container was asked to stop or was gone; without one, when its row said so. */
  at: number;
  toldAt: number;
}

/** A restart loses a backend that could have lived on: it ended for a reason that nothing gave. */
export function nothingLost(history: readonly HistoryEvent[]): Finding {
  const ended = endedBackends(history);
  return {
    rule: "a fault loses a backend that could have lived on",
    checked: ended.length,
    violations: ended.flatMap((row) => {
      if (isJustified(row, history)) return [];
      const what = `${row.backend} (${row.key}, ${row.drone}) ended with ${row.reason}, which nothing accounts for`;
      return [{ t: row.at, what, backends: [row.backend] }];
    }),
  };
}

function endedBackends(history: readonly HistoryEvent[]): Ended[] {
  const gone = new Map(spansOf(history).map(({ backend, to }) => [backend, to]));
  for (const { backend, stopped } of eventsOf(history, "witness")) {
    if (stopped !== null) gone.set(backend, stopped);
  }
  const seen = new Set<string>();
  return eventsOf(history, "row").flatMap((row) => {
    if (row.status !== "terminated" || seen.has(row.backend)) return [];
    seen.add(row.backend);
    return [{ ...row, toldAt: row.t, at: Math.min(row.t, gone.get(row.backend) ?? row.t) }];
  });
}

function isJustified(row: Ended, history: readonly HistoryEvent[]): boolean {
  const faults = eventsOf(history, "fault");
  const recent = faults.filter(
    ({ began, until }) => began <= row.at + CAUSE_MS / 4 && until > row.at - CAUSE_MS,
  );
  const hasGone = recent.some((fault) => endsIts(fault, row));
  const mayHaveLapsed = () => wasCutOff(row, faults, leaseOf(history));
  switch (row.reason) {
    case "external":
      // Asked for while it was ending for another reason, the one that was told first stands.
      if (wasAsked(row, row.at, history)) return true;
      return wasAsked(row, row.toldAt, history) && (hasGone || mayHaveLapsed());
    case "swept":
      return row.hasIdleLimit;
    case "keyexpired":
      return wasRevoked(row, history) || hasGone || mayHaveLapsed();
    case "lost":
      return hasGone || mayHaveLapsed();
    case "exited":
      return hasGone;
    case "createfailed":
    case "startfailed":
    case "pullfailed":
    case "internalerror":
      return recent.some(({ target }) =>
        [engineOf(row.drone), row.drone].includes(target as Drone),
      );
    default:
      return false;
  }
}

/** Killed by hand, or gone with an Engine that keeps none. */
function endsIts({ target, how, victim }: PastFault, { backend, drone }: Ended): boolean {
  if (target === "backend") return victim === backend;
  return target === engineOf(drone) && (how === "kill" || how === "restart");
}

function wasAsked(
  { backend, drone }: Ended,
  by: number,
  history: readonly HistoryEvent[],
): boolean {
  const terminates = eventsOf(history, "terminate").filter((asked) => asked.backend === backend);
  const drains = eventsOf(history, "drain").filter((asked) => asked.drone === drone);
  return (
    terminates.some(({ asked }) => asked <= by) ||
    drains.some(({ asked }) => asked <= by && asked > by - DRAIN_MS)
  );
}

function wasRevoked({ backend }: Ended, history: readonly HistoryEvent[]): boolean {
  return eventsOf(history, "revoke").some((asked) => asked.backend === backend);
}

/** Its drone may have gone without a renewal for as long as a lease has slack. */
function wasCutOff(row: Ended, faults: readonly PastFault[], lease: LeaseMs): boolean {
  const { renewMs, softMs, expiryMs } = lease;
  const since = row.at - expiryMs - CAUSE_MS;
  return disturbances(faults.filter((fault) => touches(fault, row.drone))).some(
    ({ from, to }) => to - from >= softMs - renewMs - MARGIN_MS && from <= row.at && to >= since,
  );
}
