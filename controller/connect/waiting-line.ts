import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { repeat } from "../../src/shared/repeat.ts";

export interface LineDeps {
  clock: Clock;
  log: Log;
  /** Told of each that is not in line any more: how long it was, in ms. */
  onLeft?(waitedMs: number): void;
}

interface Waiter {
  tryOnce(): Promise<void>;
}

/** How often those in line try again: room comes up without anybody telling. */
const RETRY_MS = 250;

/** Those who wait for a drone with room, tried in the order in which they came. */
export class WaitingLine implements AsyncDisposable {
  readonly #deps: LineDeps;
  readonly #waiters = new Set<Waiter>();
  #trying: AsyncDisposable | undefined;

  constructor(deps: LineDeps) {
    this.#deps = deps;
  }

  get length(): number {
    return this.#waiters.size;
  }

  /** What the attempt answered once it was not undefined; undefined if the signal aborts before. */
  async wait<T>(
    attempt: () => Promise<T | undefined>,
    signal: AbortSignal,
  ): Promise<T | undefined> {
    if (signal.aborted) return undefined;
    const { clock, onLeft } = this.#deps;
    const cameMs = clock.monotonicMs();
    return await new Promise<T | undefined>((resolve, reject) => {
      const leave = () => {
        if (!this.#waiters.has(waiter)) return;
        onLeft?.(clock.monotonicMs() - cameMs);
        this.#waiters.delete(waiter);
        signal.removeEventListener("abort", giveUp);
      };
      let trying = false;
      const giveUp = () => {
        leave();
        // What is being tried may succeed yet, and must not be nobody's.
        if (!trying) resolve(undefined);
      };
      const waiter: Waiter = {
        async tryOnce() {
          trying = true;
          try {
            const result = await attempt();
            if (result === undefined && !signal.aborted) return;
            leave();
            resolve(result);
          } catch (error) {
            leave();
            reject(error);
          } finally {
            trying = false;
          }
        },
      };
      signal.addEventListener("abort", giveUp, { once: true });
      this.#waiters.add(waiter);
      this.#trying ??= repeat(this.#deps, "serve the waiting line", RETRY_MS, () => this.#serve());
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#trying?.[Symbol.asyncDispose]();
  }

  async #serve(): Promise<void> {
    for (const waiter of [...this.#waiters]) {
      // Who could not be served may want more than those behind.
      if (this.#waiters.has(waiter)) await waiter.tryOnce();
    }
  }
}
