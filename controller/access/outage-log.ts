import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";

interface OutageDeps {
  clock: Clock;
  log: Log;
}

/** No more than one line of each kind within it. */
const INTERVAL_MS = 60_000;

/**
 * What the log says of something that each request needs: that it fails, at first and then once a minute with
 * how often, and that it works again; not with each request that meets it.
 */
export class OutageLog {
  readonly #deps: OutageDeps;
  readonly #what: string;
  #toldMs = Number.NEGATIVE_INFINITY;
  #untold = 0;
  #isDown = false;

  constructor(deps: OutageDeps, what: string) {
    this.#deps = deps;
    this.#what = what;
  }

  failed(why: object): void {
    const { clock, log } = this.#deps;
    this.#untold += 1;
    if (clock.monotonicMs() - this.#toldMs < INTERVAL_MS) return;
    this.#toldMs = clock.monotonicMs();
    this.#isDown = true;
    log.warn({ ...why, failures: this.#untold }, `${this.#what} fails`);
    this.#untold = 0;
  }

  /** Said once for each time that its failing was said. */
  worked(): void {
    if (!this.#isDown) return;
    this.#isDown = false;
    this.#deps.log.info({ failures: this.#untold }, `${this.#what} works again`);
    this.#untold = 0;
  }
}
