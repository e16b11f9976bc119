import { LRUCache } from "lru-cache";
import type { BackendId } from "../src/protocol/ids.ts";
import type { Route } from "../src/protocol/proxy-messages.ts";
import { type Revocation, revokes } from "../src/protocol/revocation.ts";
import { isEnding } from "../src/protocol/statuses.ts";
import { NEGATIVE_ROUTE_MS } from "../src/protocol/timings.ts";
import type { Clock } from "../src/shared/clock.ts";
import { type BackendNews, BackendView } from "./backend-view.ts";
import type { Refusal, RouteKey } from "./refusal.ts";

const MAX_ROUTES = 10_000;
const MAX_REFUSALS = 10_000;

export interface CachedRoute {
  readonly kind: "route";
  readonly route: Route;
  readonly view: BackendView;
  /** By the proxy's monotonic clock; Infinity if only the backend's end ends it. */
  readonly expiresAtMs: number;
  /** It is void, for whoever still has it. */
  isRevoked: boolean;
}

interface CachedRefusal {
  readonly refusal: Refusal;
  readonly untilMs: number;
}

/** What lookups gave, bounded, and indexed by backend so that news of one reaches all its routes. */
export class RouteCache {
  readonly #clock: Clock;
  readonly #backends = new Map<BackendId, { view: BackendView; keys: Set<RouteKey> }>();
  readonly #routes: LRUCache<RouteKey, CachedRoute>;
  readonly #refusals = new LRUCache<RouteKey, CachedRefusal>({ max: MAX_REFUSALS });

  constructor({ clock }: { clock: Clock }, maxRoutes = MAX_ROUTES) {
    this.#clock = clock;
    this.#routes = new LRUCache({
      max: maxRoutes,
      dispose: ({ route }, key) => this.#forget(route.backend_id, key),
    });
  }

  get size(): number {
    return this.#routes.size;
  }

  find(key: RouteKey): CachedRoute | Refusal | undefined {
    const cached = this.#routes.get(key);
    if (cached !== undefined) return cached;
    const refused = this.#refusals.get(key);
    if (refused === undefined) return undefined;
    if (refused.untilMs > this.#clock.monotonicMs()) return refused.refusal;
    this.#refusals.delete(key);
    return undefined;
  }

  keepRoute(key: RouteKey, route: Route): CachedRoute {
    this.#refusals.delete(key);
    this.#routes.delete(key);
    const known = this.#backends.get(route.backend_id);
    const { view, keys } = known ?? { view: new BackendView(route), keys: new Set() };
    if (known === undefined) this.#backends.set(route.backend_id, { view, keys });
    else view.update(route);
    keys.add(key);
    const expiresAtMs =
      route.access.kind === "connection"
        ? this.#clock.monotonicMs() + route.access.expires_in_ms
        : Number.POSITIVE_INFINITY;
    const cached: CachedRoute = {
      kind: "route",
      route,
      view,
      expiresAtMs,
      isRevoked: false,
    };
    this.#routes.set(key, cached);
    return cached;
  }

  keepRefusal(key: RouteKey, refusal: Refusal): Refusal {
    const untilMs = this.#clock.monotonicMs() + NEGATIVE_ROUTE_MS;
    this.#refusals.set(key, { refusal, untilMs });
    return refusal;
  }

  /** From the first step of its end on, a backend has no routes. */
  change(id: BackendId, news: BackendNews): void {
    const backend = this.#backends.get(id);
    if (backend === undefined) return;
    backend.view.update(news);
    if (!isEnding(news.status)) return;
    for (const key of [...backend.keys]) this.#routes.delete(key);
  }

  /** Whoever waits for the backend looks again, and finds that there is no route for it any more. */
  revoke(revocation: Revocation): void {
    const backend = this.#backends.get(revocation.backend_id);
    if (backend === undefined) return;
    for (const key of [...backend.keys]) {
      const cached = this.#routes.peek(key);
      if (cached === undefined || !revokes(revocation, cached.route)) continue;
      cached.isRevoked = true;
      this.#routes.delete(key);
    }
    backend.view.wake();
  }

  /** Forgets everything; whoever waits for a backend looks again. */
  clear(): void {
    this.#refusals.clear();
    this.#routes.clear();
  }

  /** Once the last route to a backend is gone its news no longer arrive here, so waiters ask anew. */
  #forget(id: BackendId, key: RouteKey): void {
    const backend = this.#backends.get(id);
    if (backend === undefined || !backend.keys.delete(key) || backend.keys.size > 0) return;
    this.#backends.delete(id);
    backend.view.wake();
  }
}
