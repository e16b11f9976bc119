/**
 * In the order of a backend's life. A backend may skip states and never goes back. This file loads nothing,
 * so that pages may have it too.
 */
export const STATUSES = [
  "scheduled",
  "loading",
  "starting",
  "waiting",
  "ready",
  "terminating",
  "hard-terminating",
  "terminated",
] as const;
export type Status = (typeof STATUSES)[number];

/** In these a backend has not ended yet. */
export const LIVE_STATUSES = STATUSES.filter((status) => status !== "terminated");

export function rank(status: Status): number {
  return STATUSES.indexOf(status);
}

/** Still on its way to ready: a request for it is held, not refused. */
export function isStarting(status: Status): boolean {
  return rank(status) < rank("ready");
}

/** From the first step of its end on, nobody is routed to a backend and no connect hands it out. */
export function isEnding(status: Status): boolean {
  return rank(status) >= rank("terminating");
}
