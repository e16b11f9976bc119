import type { Revocation } from "../../src/protocol/revocation.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import type { ChangeFeed } from "../change-feed.ts";
import { isDatabaseAway } from "../store/database-away.ts";
import type { Store } from "../store/store.ts";

export interface RevocationNewsDeps {
  store: Pick<Store, "revocation">;
  changes: Pick<ChangeFeed, "onRevocation">;
  clock: Clock;
  log: Log;
}

/** A database that has just told of a revocation and is away by now. */
const RETRY_MS = 1_000;

/** Reads each revocation once and tells all that this controller has proxies for: to them it is rare, and urgent. */
export class RevocationNews implements AsyncDisposable {
  readonly #deps: RevocationNewsDeps;
  readonly #listeners = new Set<(revocation: Revocation) => void>();
  readonly #stop = new AbortController();
  readonly #unsubscribe: () => void;
  readonly #telling = new Set<Promise<void>>();

  constructor(deps: RevocationNewsDeps) {
    this.#deps = deps;
    this.#unsubscribe = deps.changes.onRevocation((seq) => {
      const telling = this.#tell(seq)
        .catch((error: unknown) => deps.log.error({ err: error }, "cannot tell of a revocation"))
        .finally(() => this.#telling.delete(telling));
      this.#telling.add(telling);
    });
  }

  /** Returns the function that stops listening. */
  on(listener: (revocation: Revocation) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
    this.#stop.abort();
    await Promise.all(this.#telling);
  }

  async #tell(seq: number): Promise<void> {
    const revocation = await this.#read(seq);
    if (revocation === undefined) return;
    for (const listener of this.#listeners) listener(revocation);
  }

  async #read(seq: number): Promise<Revocation | undefined> {
    const { store, clock, log } = this.#deps;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        return await store.revocation(seq);
      } catch (error) {
        if (!isDatabaseAway(error)) throw error;
        log.warn({ problem: error.message, retryMs: RETRY_MS }, "a revocation is told later");
        await clock.sleep(RETRY_MS, signal).catch(() => undefined);
      }
    }
    return undefined;
  }
}
