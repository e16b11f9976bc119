import { setTimeout as delay } from "node:timers/promises";

/** Time as a parameter, so that tests own it. */
export interface Clock {
  /** Epoch ms; may jump. For records that people read. */
  now(): number;
  /** Milliseconds from an arbitrary start; never goes back. For measuring and for deadlines. */
  monotonicMs(): number;
  /** Rejects with the signal's reason once it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      throw signal?.reason ?? error;
    }
  },
};
