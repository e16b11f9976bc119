import type { Clock } from "../../src/shared/clock.ts";
import { within } from "../../src/shared/within.ts";
import type { ControllerRecord, DroneRecord, ProxyRecord } from "../store/fleet-store.ts";
import type { Census, Store } from "../store/store.ts";

export interface ClusterViewDeps {
  store: Pick<Store, "census" | "listDrones" | "listProxies" | "listControllers">;
  clock: Clock;
}

/** What the database knows of the whole, whichever controller asks. */
export interface Cluster {
  readonly census: Census;
  readonly drones: readonly DroneRecord[];
  readonly proxies: readonly ProxyRecord[];
  readonly controllers: readonly ControllerRecord[];
}

/** Several metrics, and several who scrape, read once. */
const MAX_AGE_MS = 5_000;
/** Whoever scrapes waits for ten seconds as a rule, and the other figures must not be lost with these. */
const PATIENCE_MS = 2_000;

/** The whole as it was a moment ago; undefined while the database does not tell. */
export class ClusterView {
  readonly #deps: ClusterViewDeps;
  #reading: Promise<Cluster | undefined> | undefined;
  #readMs = 0;

  constructor(deps: ClusterViewDeps) {
    this.#deps = deps;
  }

  read(): Promise<Cluster | undefined> {
    const nowMs = this.#deps.clock.monotonicMs();
    if (this.#reading === undefined || nowMs - this.#readMs >= MAX_AGE_MS) {
      this.#readMs = nowMs;
      this.#reading = this.#read();
    }
    return this.#reading;
  }

  async #read(): Promise<Cluster | undefined> {
    const never = new AbortController().signal;
    return await within(this.#deps.clock, PATIENCE_MS, never, (over) => {
      const tooLate = new Promise<undefined>((resolve) => {
        over.addEventListener("abort", () => resolve(undefined), { once: true });
      });
      return Promise.race([this.#ask().catch(() => undefined), tooLate]);
    });
  }

  async #ask(): Promise<Cluster> {
    const { store } = this.#deps;
    const [census, drones, proxies, controllers] = await Promise.all([
      store.census(),
      store.listDrones(),
      store.listProxies(),
      store.listControllers(),
    ]);
    return { census, drones, proxies, controllers };
  }
}
