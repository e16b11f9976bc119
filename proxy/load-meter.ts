import type { ProxyLoad } from "../src/protocol/proxy.ts";
import type { Clock } from "../src/shared/clock.ts";
import type { Activity } from "./activity.ts";
import type { OpenClients } from "./entrance/open-clients.ts";

export interface LoadMeterDeps {
  clock: Pick<Clock, "monotonicMs">;
  activity: Pick<Activity, "open" | "total" | "activeBackends">;
  clients: Pick<OpenClients, "open">;
}

/** How busy the proxy is; its rate is that since the last reading. */
export class LoadMeter {
  readonly #deps: LoadMeterDeps;
  #lastTotal: number;
  #lastMs: number;

  constructor(deps: LoadMeterDeps) {
    this.#deps = deps;
    this.#lastTotal = deps.activity.total;
    this.#lastMs = deps.clock.monotonicMs();
  }

  read(): ProxyLoad {
    const { clock, activity, clients } = this.#deps;
    const [total, ms] = [activity.total, clock.monotonicMs()];
    const [requests, seconds] = [total - this.#lastTotal, (ms - this.#lastMs) / 1_000];
    this.#lastTotal = total;
    this.#lastMs = ms;
    return {
      connections: clients.open,
      requests_open: activity.open,
      active_backends: activity.activeBackends,
      requests_per_second: seconds > 0 ? Math.round((requests / seconds) * 100) / 100 : 0,
    };
  }
}
