import type { DroneTime } from "../../src/protocol/drone-messages.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import { phaseOf } from "../lease/lease.ts";
import type { Watched } from "./journal-reader.ts";

/** The last deadlines that were read of each backend. */
export type WatchList = ReadonlyMap<BackendId, Watched>;

/** A drone that is alive ends its backends itself, and is given this much time to. */
export const GUARD_MARGIN_MS = 500;

/**
 * The list after another look at the journal. What is not in there any more stays, with the deadlines
 * that it had: the journal may be a new one, and a drone may have died before it ended what it forgot.
 */
export function withSight(list: WatchList, seen: WatchList): WatchList {
  return new Map([...list, ...seen]);
}

/** Those that nobody has the right to run any more. */
export function overdue(list: WatchList, now: DroneTime): BackendId[] {
  return [...list]
    .filter(([, { hardAt, ...deadlines }]) => {
      return phaseOf({ ...deadlines, hardAt: hardAt + GUARD_MARGIN_MS }, now) === "hard";
    })
    .map(([id]) => id);
}
