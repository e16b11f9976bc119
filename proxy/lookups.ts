import type { ProxyToController, RouteResult } from "../src/protocol/proxy-messages.ts";
import { ROUTE_LOOKUP_TIMEOUT_MS } from "../src/protocol/timings.ts";
import type { Clock } from "../src/shared/clock.ts";
import type { Figures } from "./figures/figures.ts";
import { type Refusal, type RouteKey, type RouteQuery, routeKey, unavailable } from "./refusal.ts";
import type { CachedRoute, RouteCache } from "./route-cache.ts";

export interface LookupsDeps {
  clock: Clock;
  cache: RouteCache;
  figures: Pick<Figures, "routeLookups">;
  /** False when there is no connection. */
  send(message: ProxyToController): boolean;
}

type Found = CachedRoute | Refusal;

interface Pending {
  readonly query: RouteQuery;
  settle(found: Found): void;
}

// A flood of made-up labels must not become a flood of the controller.
const MAX_PENDING = 1_000;

/** Asks the controller for routes: one question in flight for each, each with a deadline. */
export class Lookups {
  readonly #deps: LookupsDeps;
  readonly #inFlight = new Map<RouteKey, Promise<Found>>();
  readonly #pending = new Map<number, Pending>();
  #lastRequestId = 0;

  constructor(deps: LookupsDeps) {
    this.#deps = deps;
  }

  ask(query: RouteQuery): Promise<Found> {
    const key = routeKey(query);
    const asked = this.#inFlight.get(key);
    if (asked !== undefined) return asked;
    if (this.#pending.size >= MAX_PENDING) {
      return Promise.resolve(unavailable("too many sessions are being looked up"));
    }
    const answer = this.#ask(query).finally(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, answer);
    return answer;
  }

  /**
   * Takes the answer to a question; a late or unknown one is ignored. It is cached before anything
   * else is received, or news that come right behind it would find no route to change.
   */
  answer(requestId: number, result: RouteResult): void {
    const pending = this.#pending.get(requestId);
    if (pending === undefined) return;
    const key = routeKey(pending.query);
    const { cache } = this.#deps;
    if (result.kind === "route") pending.settle(cache.keepRoute(key, result.route));
    else pending.settle(cache.keepRefusal(key, result));
  }

  /** A new connection knows nothing of what was asked over the last one. */
  askAgain(): void {
    for (const [requestId, { query }] of this.#pending) this.#send(requestId, query);
  }

  async #ask(query: RouteQuery): Promise<Found> {
    this.#deps.figures.routeLookups += 1;
    this.#lastRequestId += 1;
    const requestId = this.#lastRequestId;
    const done = new AbortController();
    const result = new Promise<Found>((resolve) => {
      this.#pending.set(requestId, { query, settle: resolve });
      this.#deps.clock.sleep(ROUTE_LOOKUP_TIMEOUT_MS, done.signal).then(
        () => resolve(unavailable("the controller did not answer in time")),
        () => undefined,
      );
      if (!this.#send(requestId, query)) resolve(unavailable("not connected to the controller"));
    });
    try {
      return await result;
    } finally {
      done.abort();
      this.#pending.delete(requestId);
    }
  }

  #send(requestId: number, { label, token }: RouteQuery): boolean {
    return this.#deps.send({
      type: "route-request",
      request_id: requestId,
      ...(label === undefined ? {} : { label }),
      ...(token === undefined ? {} : { token }),
    });
  }
}
