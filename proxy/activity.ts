import type { BackendId } from "../src/protocol/ids.ts";
import type { ProxyLoad } from "../src/protocol/proxy.ts";
import type { ProxyToController } from "../src/protocol/proxy-messages.ts";
import type { Clock } from "../src/shared/clock.ts";

export interface ActivityDeps {
  clock: Clock;
  /** False when there is no connection. */
  send(message: ProxyToController): boolean;
}

type Report = Extract<ProxyToController, { type: "activity" }>["backends"][number];

interface Counter {
  open: number;
  lastActiveMs: number;
  /** What the controller was last told is open, and believes until it is told otherwise. */
  toldOpen: number;
  /** Something has ended since it was last told of: the idle clock must begin anew. */
  used: boolean;
}

/** Counts what is open to each backend and tells the controller what has changed; nothing is forgotten. */
export class Activity {
  readonly #deps: ActivityDeps;
  readonly #counters = new Map<BackendId, Counter>();
  #open = 0;
  #begun = 0;

  constructor(deps: ActivityDeps) {
    this.#deps = deps;
  }

  /** Requests in flight and upgraded connections. */
  get open(): number {
    return this.#open;
  }

  /** Ever, since the start. */
  get total(): number {
    return this.#begun;
  }

  /** Backends in use, or used since they were last told of. */
  get activeBackends(): number {
    return this.#counters.size;
  }

  begun(id: BackendId): void {
    this.#open += 1;
    this.#begun += 1;
    const counter = this.#counterOf(id);
    counter.open += 1;
    // A backend about to be swept is saved only if this is told at once. While the controller still
    // believes it open, as with requests in quick succession, the next batch is soon enough.
    if (counter.open === 1 && counter.toldOpen === 0) this.#tell([[id, counter]]);
  }

  ended(id: BackendId): void {
    this.#open -= 1;
    const counter = this.#counterOf(id);
    counter.open -= 1;
    counter.lastActiveMs = this.#deps.clock.monotonicMs();
    counter.used = true;
  }

  /** What another has counted: so many more or fewer are open, and something was so long ago. */
  adjust(id: BackendId, change: number, idleMs: number): void {
    this.#open += change;
    const activeMs = this.#deps.clock.monotonicMs() - idleMs;
    const counter = this.#counterOf(id, activeMs);
    counter.open += change;
    counter.lastActiveMs = Math.max(counter.lastActiveMs, activeMs);
    if (counter.open === 0 || change < 0) counter.used = true;
    if (counter.open > 0 && counter.toldOpen === 0) this.#tell([[id, counter]]);
  }

  /**
   * Tells of every backend that has changed or was used since it was last told of; an empty report is
   * this proxy's sign of life. What cannot be sent is kept, so a lost connection loses none.
   */
  report(load?: ProxyLoad): void {
    const changed = [...this.#counters].filter(
      ([, { open, toldOpen, used }]) => used || open !== toldOpen,
    );
    this.#tell(changed, load === undefined ? {} : { load });
  }

  /** First on each connection: what the controller believed of an earlier life of this proxy is void. */
  reportAll(): void {
    this.#tell([...this.#counters], { complete: true });
  }

  #counterOf(id: BackendId, activeMs?: number): Counter {
    let counter = this.#counters.get(id);
    if (counter === undefined) {
      const lastActiveMs = activeMs ?? this.#deps.clock.monotonicMs();
      counter = { open: 0, lastActiveMs, toldOpen: 0, used: false };
      this.#counters.set(id, counter);
    }
    return counter;
  }

  #tell(
    counters: readonly (readonly [BackendId, Counter])[],
    besides: { complete?: true; load?: ProxyLoad } = {},
  ): void {
    const nowMs = this.#deps.clock.monotonicMs();
    const backends = counters.map(([id, counter]) => reportOf(id, counter, nowMs));
    if (!this.#deps.send({ type: "activity", backends, ...besides })) return;
    for (const [id, counter] of counters) {
      counter.toldOpen = counter.open;
      counter.used = false;
      if (counter.open === 0) this.#counters.delete(id);
    }
  }
}

function reportOf(backend_id: BackendId, { open, lastActiveMs }: Counter, nowMs: number): Report {
  return { backend_id, open, idle_ms: open > 0 ? 0 : nowMs - lastActiveMs };
}
