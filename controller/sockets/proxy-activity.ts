import type { ProxyToController } from "../../src/protocol/proxy-messages.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import { isDatabaseAway } from "../store/database-away.ts";
import type { ProxyTold } from "../store/fleet-store.ts";
import type { ActivityReport, Store } from "../store/store.ts";

export interface ProxyActivityDeps {
  store: Pick<Store, "recordActivity">;
  clock: Clock;
  log: Log;
}

type Message = Extract<ProxyToController, { type: "activity" }>;

/**
 * What one proxy tells of connections, kept for as long as the database is away: a proxy says a thing
 * once, and hanging up on it would cost it the routes that it knows.
 */
export class ProxyActivity {
  readonly #deps: ProxyActivityDeps;
  readonly #proxy: string;
  readonly #told: ProxyTold;
  readonly #unrecorded = new Map<string, { report: ActivityReport; heardMs: number }>();
  #complete = false;
  #waiting = false;

  /** `proxy` is `<name>/<identity>`. */
  constructor(deps: ProxyActivityDeps, proxy: string, told: ProxyTold) {
    this.#deps = deps;
    this.#proxy = proxy;
    this.#told = { ...told };
  }

  /** False if the proxy must say everything again. */
  async record({ backends, complete, load }: Message): Promise<boolean> {
    const { store, log } = this.#deps;
    this.#keep(backends, complete === true);
    if (load !== undefined) this.#told.load = load;
    try {
      const known = await store.recordActivity(
        this.#proxy,
        this.#reports(),
        this.#complete,
        this.#told,
      );
      if (this.#waiting) log.info({ proxy: this.#proxy }, "activity recorded again");
      this.#unrecorded.clear();
      this.#complete = false;
      this.#waiting = false;
      return known;
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      if (!this.#waiting)
        log.warn({ err: error, proxy: this.#proxy }, "activity is kept for later");
      this.#waiting = true;
      return true;
    }
  }

  #keep(backends: Message["backends"], complete: boolean): void {
    if (complete) this.#unrecorded.clear();
    this.#complete ||= complete;
    const heardMs = this.#deps.clock.monotonicMs();
    for (const { backend_id: id, open, idle_ms: idleMs } of backends) {
      this.#unrecorded.set(id, { report: { id, open, idleMs }, heardMs });
    }
  }

  #reports(): ActivityReport[] {
    const nowMs = this.#deps.clock.monotonicMs();
    return [...this.#unrecorded.values()].map(({ report, heardMs }) => ({
      ...report,
      idleMs: report.open > 0 ? 0 : report.idleMs + (nowMs - heardMs),
    }));
  }
}
