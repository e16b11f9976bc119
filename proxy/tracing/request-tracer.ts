import type { Route } from "../../src/protocol/proxy-messages.ts";
import type { Clock } from "../../src/shared/clock.ts";
import { parseTraceparent } from "../../src/shared/tracing/traceparent.ts";
import type { Span, Tracing } from "../../src/shared/tracing/tracing.ts";
import type { Forward, RequestHead, RequestTrace } from "../engine.ts";
import { soleHeader } from "../headers.ts";
import { RequestTrail } from "./request-trail.ts";

export interface RequestTracerDeps {
  tracing: Pick<Tracing, "begin">;
  clock: Clock;
}

const TRACEPARENT = "traceparent";

/**
 * Traces the requests that have had to wait for a route or for their backend, and those that come with a
 * sampled `traceparent`. Of all others nothing is told, and nothing is changed in them.
 */
export class RequestTracer {
  readonly #deps: RequestTracerDeps;

  constructor(deps: RequestTracerDeps) {
    this.#deps = deps;
  }

  begin(): RequestTrail {
    return new RequestTrail(this.#deps.clock);
  }

  /** The same forward, but that the backend goes on with the trace and the first byte ends it. */
  forwarded(head: RequestHead, trail: RequestTrail, forward: Forward, route: Route): Forward {
    const span = this.#begin(head, trail, route.traceparent);
    if (span === undefined) return forward;
    span.set({ "hangar.backend": forward.backendId });
    const upstream = span.child("backend", { kind: "client", startAt: trail.now });
    const { remove, set } = forward.request;
    // Made for this request alone: another one with the same head has a span of its own, or none.
    const { reuse: _, ...rest } = forward;
    return {
      ...rest,
      request: { remove, set: [...set, [TRACEPARENT, upstream.traceparent]] },
      trace: new ForwardTrace(span, upstream, trail),
    };
  }

  /** It goes no further. */
  refused(head: RequestHead, trail: RequestTrail, code: string): void {
    const span = this.#begin(head, trail, undefined);
    span?.fail(code);
    span?.end(trail.now);
  }

  #begin(head: RequestHead, trail: RequestTrail, connect: string | undefined): Span | undefined {
    const given = soleHeader(head.headers, TRACEPARENT);
    const parent = parseTraceparent(given);
    if (parent === undefined ? trail.stretches.length === 0 : !parent.sampled) return undefined;
    const span = this.#deps.tracing.begin("request", {
      kind: "server",
      startAt: trail.startAt,
      ...(parent === undefined ? { parent: connect } : { parent: given }),
      ...(parent === undefined || connect === undefined ? {} : { links: [connect] }),
      attributes: { "http.request.method": head.method, "hangar.upgrade": head.isUpgrade },
    });
    for (const { name, startAt, endAt } of trail.stretches) {
      span?.child(name, { startAt }).end(endAt);
    }
    return span;
  }
}

/** From its forwarding to the first byte of the answer, or to the request's end if none comes. */
class ForwardTrace implements RequestTrace {
  readonly #span: Span;
  readonly #upstream: Span;
  readonly #trail: RequestTrail;

  constructor(span: Span, upstream: Span, trail: RequestTrail) {
    this.#span = span;
    this.#upstream = upstream;
    this.#trail = trail;
  }

  answered(status: number): void {
    const attributes = { "http.response.status_code": status };
    for (const span of [this.#upstream, this.#span]) {
      span.set(attributes);
      if (status >= 500) span.fail(String(status));
      span.end(this.#trail.now);
    }
  }

  over(): void {
    for (const span of [this.#upstream, this.#span]) span.end(this.#trail.now);
  }
}
