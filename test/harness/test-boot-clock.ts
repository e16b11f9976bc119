import type { BootClock } from "../../drone/lease/boot-clock.ts";
import type { Clock } from "../../src/shared/clock.ts";

/** A drone's own clock that goes with a test's clock, and over a suspend or a boot when the test says so. */
export class TestBootClock implements BootClock {
  id = "boot-1";
  readonly #clock: Clock;
  #aheadMs = 1_000_000;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  nowMs = () => Math.floor(this.#clock.monotonicMs()) + this.#aheadMs;

  /** Time passes, and no timer runs out. */
  suspend(ms: number): void {
    this.#aheadMs += ms;
  }

  reboot(): void {
    this.id += "x";
  }
}
