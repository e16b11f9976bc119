const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 3_000;

/** Counts how long a stream has been lost, and how long to pause between the tries: longer each time. */
export class Outage {
  readonly #now: () => number;
  #lostAtMs: number | undefined;
  #connectedAtMs: number | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  /** Somebody has answered before. */
  hasConnected = false;

  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** Somebody answers. That alone makes the pauses no shorter: they may hang up at once. */
  connected(): void {
    this.hasConnected = true;
    this.#lostAtMs = undefined;
    this.#connectedAtMs = this.#now();
  }

  heard(): void {
    this.#pauseMs = FIRST_PAUSE_MS;
  }

  lost(): void {
    const now = this.#now();
    const lastedMs = this.#connectedAtMs === undefined ? 0 : now - this.#connectedAtMs;
    if (lastedMs > LONGEST_PAUSE_MS) this.#pauseMs = FIRST_PAUSE_MS;
    this.#connectedAtMs = undefined;
    this.#lostAtMs ??= now;
  }

  isLongerThan(ms: number): boolean {
    return this.#lostAtMs !== undefined && this.#now() - this.#lostAtMs > ms;
  }

  /** How long to wait before the next try. */
  nextPauseMs(): number {
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    return pauseMs;
  }
}
