import type { BackendId } from "../../src/protocol/ids.ts";
import type { ProxyLoad } from "../../src/protocol/proxy.ts";
import type { Activity } from "../activity.ts";
import type { Said } from "./messages.ts";

type ActivityTold = Extract<Said, { type: "activity" }>;

/** What all workers have open, as one proxy: what one of them ends, another may still have. */
export class SummedActivity {
  readonly #sum: Pick<Activity, "adjust" | "open" | "activeBackends">;
  readonly #openByWorker = new Map<number, Map<BackendId, number>>();
  readonly #loads = new Map<number, ProxyLoad>();

  constructor(sum: Pick<Activity, "adjust" | "open" | "activeBackends">) {
    this.#sum = sum;
  }

  hear(worker: number, { backends, complete, load }: ActivityTold): void {
    const opened = this.#openByWorker.get(worker) ?? new Map<BackendId, number>();
    this.#openByWorker.set(worker, opened);
    const before = new Set(opened.keys());
    for (const { backend_id: id, open, idle_ms: idleMs } of backends) {
      before.delete(id);
      this.#set(opened, id, open, idleMs);
    }
    if (complete === true) for (const id of before) this.#set(opened, id, 0, 0);
    if (load !== undefined) this.#loads.set(worker, load);
  }

  /** It is gone: what it had open has ended now. */
  forget(worker: number): void {
    const opened = this.#openByWorker.get(worker) ?? new Map<BackendId, number>();
    for (const id of [...opened.keys()]) this.#set(opened, id, 0, 0);
    this.#openByWorker.delete(worker);
    this.#loads.delete(worker);
  }

  get load(): ProxyLoad {
    const loads = [...this.#loads.values()];
    const sum = (pick: (load: ProxyLoad) => number) =>
      loads.reduce((all, load) => all + pick(load), 0);
    return {
      connections: sum(({ connections }) => connections),
      requests_open: this.#sum.open,
      active_backends: this.#sum.activeBackends,
      requests_per_second: Math.round(sum((load) => load.requests_per_second) * 100) / 100,
    };
  }

  #set(opened: Map<BackendId, number>, id: BackendId, open: number, idleMs: number): void {
    const change = open - (opened.get(id) ?? 0);
    if (open === 0) opened.delete(id);
    else opened.set(id, open);
    this.#sum.adjust(id, change, idleMs);
  }
}
