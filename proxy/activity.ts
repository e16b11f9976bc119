import type { BackendId } from "../src/protocol/ids.ts";
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
  /** What the controller was last told is open; undefined if this activity is unknown to it. */
  toldOpen: number | undefined;
}

/** Counts what is open to each backend and tells the controller; nothing twice, nothing forgotten. */
export class Activity {
  readonly #deps: ActivityDeps;
  readonly #counters = new Map<BackendId, Counter>();

  constructor(deps: ActivityDeps) {
    this.#deps = deps;
  }

  begun(id: BackendId): void {
    const counter = this.#counterOf(id);
    counter.open += 1;
    // A backend about to be swept is saved only if this is told at once. While the controller still
    // believes it open, as with requests in quick succession, the next batch is soon enough.
    if (counter.open === 1 && !counter.toldOpen) this.#tell([[id, counter]]);
  }

  ended(id: BackendId): void {
    const counter = this.#counterOf(id);
    counter.open -= 1;
    counter.lastActiveMs = this.#deps.clock.monotonicMs();
  }

  /**
   * Tells of every backend that is open or was since it was last told of. What cannot be sent is
   * kept, so a lost connection delays a report and loses none.
   */
  report(): void {
    if (this.#counters.size > 0) this.#tell([...this.#counters]);
  }

  /** First on each connection: what the controller believed of an earlier life of this proxy is void. */
  reportAll(): void {
    this.#tell([...this.#counters], { complete: true });
  }

  #counterOf(id: BackendId): Counter {
    let counter = this.#counters.get(id);
    if (counter === undefined) {
      counter = { open: 0, lastActiveMs: this.#deps.clock.monotonicMs(), toldOpen: undefined };
      this.#counters.set(id, counter);
    }
    return counter;
  }

  #tell(
    counters: readonly (readonly [BackendId, Counter])[],
    extent: { complete?: true } = {},
  ): void {
    const nowMs = this.#deps.clock.monotonicMs();
    const backends = counters.map(([id, counter]) => reportOf(id, counter, nowMs));
    if (!this.#deps.send({ type: "activity", backends, ...extent })) return;
    for (const [id, counter] of counters) {
      counter.toldOpen = counter.open;
      if (counter.open === 0) this.#counters.delete(id);
    }
  }
}

function reportOf(backend_id: BackendId, { open, lastActiveMs }: Counter, nowMs: number): Report {
  return { backend_id, open, idle_ms: open > 0 ? 0 : nowMs - lastActiveMs };
}
