import type { Cluster } from "../src/protocol/cluster.ts";
import { ApiError, type ErrorCode } from "../src/protocol/errors.ts";
import { newErrorId } from "../src/protocol/ids.ts";
import { count } from "../src/shared/figures/count.ts";
import type { Log } from "../src/shared/log.ts";
import type { Activity } from "./activity.ts";
import { type Credentials, findCredentials } from "./credentials.ts";
import type { Answer, Decision, Forward, Gate, RequestHead, UpstreamFailure } from "./engine.ts";
import { errorPage } from "./error-page.ts";
import type { Figures } from "./figures/figures.ts";
import { forwardOf } from "./forward.ts";
import { ownEndpoint } from "./own-endpoints.ts";
import type { Refusal } from "./refusal.ts";
import { givenRequestId } from "./request-headers.ts";
import { rootRedirect } from "./root-redirect.ts";
import type { FoundRoute, Routes } from "./routes.ts";
import { isSameOrigin } from "./same-origin.ts";
import { parseTarget, type Target } from "./target.ts";
import type { RequestTracer } from "./tracing/request-tracer.ts";
import type { RequestTrail } from "./tracing/request-trail.ts";
import type { TrustedProxies } from "./trusted-proxies.ts";

export interface GateDeps {
  log: Log;
  cluster: Cluster;
  trusted: TrustedProxies;
  routes: Pick<Routes, "resolve">;
  activity: Pick<Activity, "begun" | "ended">;
  figures: Pick<Figures, "refusals" | "upstreamFailures">;
  /** Undefined unless somebody wants traces. */
  tracer: RequestTracer | undefined;
  /** Where the cluster's bare host leads. */
  rootRedirect: string | undefined;
  isReady(): boolean;
}

/** Decides what becomes of each request: who may pass, where to, and what is said to the others. */
export function createGate(deps: GateDeps): Gate {
  const { activity, figures, log } = deps;
  return {
    async decide(head, signal) {
      const own = ownEndpoint(head, deps.isReady);
      if (own !== undefined) return own;
      const requestId = givenRequestId(head.headers) ?? newErrorId();
      const trail = deps.tracer?.begin();
      try {
        return await decide(deps, { head, requestId, trail }, signal);
      } catch (error) {
        const refusal = asApiError(error);
        if (trail !== undefined) deps.tracer?.refused(head, trail, refusal.code);
        return refuse(deps, head, requestId, refusal);
      }
    },
    explainFailure(head, { backendId, requestId }, failure) {
      const { kind, error } = failure;
      count(figures.upstreamFailures, kind);
      log.warn({ requestId, backendId, failure: kind, err: error }, "backend gave no answer");
      return errorPage(head, { error: failureError(kind), requestId, backendId });
    },
    begun: (id) => activity.begun(id),
    ended: (id) => activity.ended(id),
  };
}

interface Asked {
  head: RequestHead;
  requestId: string;
  trail: RequestTrail | undefined;
}

async function decide(
  deps: GateDeps,
  { head, requestId, trail }: Asked,
  signal: AbortSignal,
): Promise<Decision> {
  const { cluster, routes, trusted } = deps;
  const target = parseTarget(head, cluster);
  if ("problem" in target) throw new ApiError("no-target", target.problem);
  const credentials = findCredentials(target, head.headers, cluster.scheme);
  if (target.label === undefined && credentials.source === "none") {
    const redirect = rootRedirect(head, target, deps.rootRedirect, requestId);
    if (redirect !== undefined) return redirect;
    throw new ApiError("no-target", "neither the host nor a token names a session");
  }
  const tried = await firstRoute(routes, { target, credentials, trail }, signal);
  if (tried.found.kind === "refused") throw refusalError(tried.found);
  const { found, token } = tried;
  const problem = misfit(found, target, cluster);
  if (problem !== undefined) throw new ApiError("forbidden", problem);
  const isPublic = found.route.access.kind === "public";
  if (credentials.source === "cookie" && !isPublic) {
    if (!isSameOrigin(head.headers, target.host, cluster.scheme)) {
      throw new ApiError("cross-origin", "the request comes from another site's page");
    }
  }
  const forward = forwardOf(
    { trusted, cluster },
    { head, target, credentials, token, found, requestId },
  );
  return trail === undefined ? forward : traced(deps, { head, trail, forward, found });
}

interface Decided {
  head: RequestHead;
  trail: RequestTrail;
  forward: Forward;
  found: FoundRoute;
}

function traced({ tracer }: GateDeps, { head, trail, forward, found }: Decided): Forward {
  return tracer === undefined ? forward : tracer.forwarded(head, trail, forward, found.route);
}

interface Sought {
  target: Target;
  credentials: Credentials;
  trail: RequestTrail | undefined;
}

/** The first token that leads somewhere; else the first one's refusal. */
async function firstRoute(
  routes: GateDeps["routes"],
  { target: { label }, credentials, trail }: Sought,
  signal: AbortSignal,
): Promise<{ found: FoundRoute | Refusal; token: string | undefined }> {
  const [token, ...others] = credentials.tokens;
  const first = await routes.resolve({ label, token }, signal, trail);
  if (first.kind === "route") return { found: first, token };
  for (const other of others) {
    const found = await routes.resolve({ label, token: other }, signal, trail);
    if (found.kind === "route") return { found, token: other };
  }
  return { found: first, token };
}

/** The controller checks this too; a route that does not fit its host must not pass even by mistake. */
function misfit({ route }: FoundRoute, { label }: Target, cluster: Cluster): string | undefined {
  if (route.cluster !== cluster.name) return "the token is for another cluster";
  if (label === undefined || label === route.backend_id || label === route.subdomain) {
    return undefined;
  }
  return "the token is not for this session";
}

function refuse(
  { figures, log }: GateDeps,
  head: RequestHead,
  requestId: string,
  error: ApiError,
): Answer {
  const { code, message } = error;
  count(figures.refusals, code);
  if (code === "internal-error") log.error({ requestId, err: error.cause }, "request failed");
  else log.debug({ requestId, code, why: message }, "request refused");
  return errorPage(head, { error, requestId });
}

function refusalError({ code, message, reason, retryAfterSeconds }: Refusal): ApiError {
  return new ApiError(code, message, {
    ...(reason === undefined ? {} : { details: { reason } }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError("internal-error", "the proxy failed", { cause: error });
}

const FAILURES: Record<UpstreamFailure["kind"], readonly [ErrorCode, string]> = {
  unreachable: ["backend-unreachable", "the backend refused the connection"],
  "broken-answer": ["backend-unreachable", "the backend broke off before its answer"],
  "connect-timeout": ["backend-timeout", "the backend could not be reached in time"],
  "answer-timeout": ["backend-timeout", "the backend did not answer in time"],
};

function failureError(kind: UpstreamFailure["kind"]): ApiError {
  const [code, message] = FAILURES[kind];
  return new ApiError(code, message);
}
