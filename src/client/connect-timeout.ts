import type { ConnectRequest } from "../protocol/connect.ts";

/** The API's own default. It stands here again, since its home is beside what browsers need not load. */
const CONNECT_WAIT_SECONDS = 30;

/** A connect may wait for a key that is ending, for ready, and in line for a drone: all of that is no silence. */
export function connectTimeoutMs(
  { wait_seconds = CONNECT_WAIT_SECONDS, queue_seconds = 0 }: ConnectRequest,
  timeoutMs: number,
): number {
  return timeoutMs + (wait_seconds + queue_seconds) * 1_000;
}
