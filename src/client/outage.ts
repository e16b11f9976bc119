import { pause } from "./pause.ts";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 3_000;
/** A controller may restart under a stream; one that stays away for longer is given up. */
const TOO_LONG_MS = 120_000;

/** The time between losing a stream and hearing of it again, with growing pauses between the tries. */
export class Outage {
  #sinceMs: number | undefined;
  #pauseMs = FIRST_PAUSE_MS;

  end(): void {
    this.#sinceMs = undefined;
    this.#pauseMs = FIRST_PAUSE_MS;
  }

  isTooLong(): boolean {
    return this.#sinceMs !== undefined && performance.now() - this.#sinceMs > TOO_LONG_MS;
  }

  async pause(signal: AbortSignal | undefined): Promise<void> {
    this.#sinceMs ??= performance.now();
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    await pause(pauseMs, signal);
  }
}
