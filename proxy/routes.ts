import type { Address } from "../src/protocol/backend-state.ts";
import type { Route } from "../src/protocol/proxy-messages.ts";
import { isEnding } from "../src/protocol/statuses.ts";
import type { Clock } from "../src/shared/clock.ts";
import type { BackendView } from "./backend-view.ts";
import type { Figures } from "./figures/figures.ts";
import type { ControllerNews } from "./link.ts";
import { Lookups, type LookupsDeps } from "./lookups.ts";
import {
  ended,
  notReady,
  type Refusal,
  type RouteKey,
  type RouteQuery,
  routeKey,
} from "./refusal.ts";
import { type CachedRoute, RouteCache } from "./route-cache.ts";
import type { RequestTrail, Stretch } from "./tracing/request-trail.ts";

export interface RoutesDeps extends Pick<LookupsDeps, "clock" | "send"> {
  figures: Pick<Figures, "routeLookups" | "routeHits">;
}

export interface RoutesOptions {
  holdLimitMs: number;
  localDrone: string | undefined;
}

export interface FoundRoute {
  readonly kind: "route";
  readonly route: Route;
  readonly upstream: Address;
  /** Infinity if the token lapses only with the backend. */
  readonly expiresInMs: number;
  /** Whether resolving again would find the very same now, without asking or waiting. */
  isCurrent(): boolean;
}

/** Finds the way to a backend: from the cache, else by asking; holds while the backend starts. */
export class Routes {
  readonly #clock: Clock;
  readonly #options: RoutesOptions;
  readonly #cache: RouteCache;
  readonly #lookups: Lookups;
  readonly #figures: RoutesDeps["figures"];

  constructor(deps: RoutesDeps, options: RoutesOptions) {
    this.#clock = deps.clock;
    this.#options = options;
    this.#figures = deps.figures;
    this.#cache = new RouteCache(deps);
    this.#lookups = new Lookups({ ...deps, cache: this.#cache });
  }

  /** `trail` is told how long it had to wait, and for what. */
  async resolve(
    query: RouteQuery,
    signal: AbortSignal,
    trail?: RequestTrail,
  ): Promise<FoundRoute | Refusal> {
    const key = routeKey(query);
    const heldUntilMs = this.#clock.monotonicMs() + this.#options.holdLimitMs;
    for (;;) {
      const found = this.#known(key) ?? (await noted(trail, "route lookup", this.#asked(query)));
      if (found.kind === "refused") return found;
      const outcome = this.#outcome(key, found);
      if (outcome !== "starting") return outcome;
      const remainingMs = heldUntilMs - this.#clock.monotonicMs();
      if (remainingMs <= 0 || signal.aborted) return notReady();
      await noted(trail, "hold", this.#hold(found.view, remainingMs, signal));
      // The cache drops a route with the news of its end, and the answer is already known here.
      if (isEnding(found.view.news.status)) return ended(found.view.news.reason);
    }
  }

  receive(message: ControllerNews): void {
    switch (message.type) {
      case "route-response":
        this.#lookups.answer(message.request_id, message.result);
        break;
      case "backend-changed":
        this.#cache.change(message.backend_id, message);
        break;
      case "tokens-revoked":
        this.#cache.revoke(message.revocation);
        break;
      default:
        message satisfies never;
    }
  }

  /** News may have been missed since the last connection, so all is asked again. */
  reconnected(): void {
    this.#cache.clear();
    this.#lookups.askAgain();
  }

  /** Whose token is revoked by news right behind the answer is refused by the next one. */
  async #asked(query: RouteQuery): Promise<CachedRoute | Refusal> {
    for (;;) {
      const found = await this.#lookups.ask(query);
      if (found.kind === "refused" || !found.isRevoked) return found;
    }
  }

  #known(key: RouteKey): CachedRoute | Refusal | undefined {
    const known = this.#cache.find(key);
    if (known !== undefined) this.#figures.routeHits += 1;
    return known;
  }

  #outcome(key: RouteKey, cached: CachedRoute): FoundRoute | Refusal | "starting" {
    const { route, view, expiresAtMs } = cached;
    const expiresInMs = expiresAtMs - this.#clock.monotonicMs();
    if (expiresInMs <= 0) {
      return { kind: "refused", code: "forbidden", message: "the token has expired" };
    }
    const { news } = view;
    const { status, reason, address, bridge_address } = news;
    if (isEnding(status)) return ended(reason);
    if (status !== "ready") return "starting";
    const near = route.drone === this.#options.localDrone ? bridge_address : undefined;
    const upstream = near ?? address;
    if (upstream === undefined) return "starting";
    const isCurrent = () =>
      view.news === news && expiresAtMs > this.#clock.monotonicMs() && this.#known(key) === cached;
    return { kind: "route", route, upstream, expiresInMs, isCurrent };
  }

  /** Until there is news, the time is up, or nobody waits any more. */
  async #hold(view: BackendView, ms: number, signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const cut = () => stop.abort();
    const forget = view.onWake(cut);
    signal.addEventListener("abort", cut, { once: true });
    try {
      await this.#clock.sleep(ms, stop.signal).catch(() => undefined);
    } finally {
      forget();
      signal.removeEventListener("abort", cut);
      stop.abort();
    }
  }
}

function noted<T>(
  trail: RequestTrail | undefined,
  name: Stretch["name"],
  work: Promise<T>,
): Promise<T> {
  return trail === undefined ? work : trail.spent(name, work);
}
