import type { Status } from "../protocol/backend-state.ts";

/** A backend never goes back. src/protocol has this order too, beside schemas that a page should not load. */
export const RANK: Record<Status, number> = {
  scheduled: 0,
  loading: 1,
  starting: 2,
  waiting: 3,
  ready: 4,
  terminating: 5,
  "hard-terminating": 6,
  terminated: 7,
};

/** From the first step of its end on, nobody is routed to a backend. */
export function isEnding(status: Status | undefined): boolean {
  return status !== undefined && RANK[status] > RANK.ready;
}
