/** Something that may take only so long. */
export interface Limited {
  /** By the deadlines' own time; Infinity for no limit. */
  deadlineMs: number;
  expire(): void;
}

const COARSEST_MS = 250;
const FINEST_MS = 20;

/**
 * Time limits by the ten thousand: whoever has one writes it into a field, and everybody is looked
 * through every tick. So setting one costs next to nothing, and each comes up to two ticks late.
 */
export class Deadlines {
  readonly tickMs: number;
  #nowMs: number;
  readonly #limited = new Set<Limited>();

  /** Ticks often enough for the shortest of the limits. */
  constructor(nowMs: number, limitsMs: readonly number[]) {
    this.#nowMs = nowMs;
    this.tickMs = Math.max(FINEST_MS, Math.min(COARSEST_MS, ...limitsMs.map((ms) => ms / 4)));
  }

  /** When a limit that begins now is up, never too early. */
  after(ms: number): number {
    return this.#nowMs + this.tickMs + ms;
  }

  add(limited: Limited): void {
    this.#limited.add(limited);
  }

  delete(limited: Limited): void {
    this.#limited.delete(limited);
  }

  tick(nowMs: number): void {
    this.#nowMs = nowMs;
    for (const limited of this.#limited) {
      if (limited.deadlineMs > nowMs) continue;
      limited.deadlineMs = Number.POSITIVE_INFINITY;
      limited.expire();
    }
  }
}
