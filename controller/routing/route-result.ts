import type { BackendState, StateOf } from "../../src/protocol/backend-state.ts";
import type { Route, RouteResult } from "../../src/protocol/proxy-messages.ts";
import { isEnding, isStarting } from "../../src/protocol/statuses.ts";
import type { BackendRecord, Grant, RouteAnswer } from "../store/store.ts";

type Refused = Extract<RouteResult, { kind: "refused" }>;

/** Where a label and a token lead, or why nowhere. The host is looked at first, then the token. */
export function routeResult(
  { byLabel, byToken }: RouteAnswer,
  asked: { label: boolean; token: boolean },
): RouteResult {
  const backend = asked.label ? byLabel : byToken?.backend;
  if (backend === undefined) {
    return asked.label
      ? refused("not-found", "no backend has ever had this host")
      : refused("forbidden", "the token is unknown, revoked or has expired");
  }
  if (isEnding(backend.state.status)) return ended(backend.state);
  if (byToken?.backend.id === backend.id) return routed(backend, byToken.grant);
  if (backend.access === "public") return routed(backend, undefined);
  return asked.token
    ? refused("forbidden", "the token is not valid for this backend")
    : refused("unauthorized", "this backend wants a token");
}

function refused(code: Refused["code"], message: string): RouteResult {
  return { kind: "refused", code, message };
}

function ended(state: BackendState): RouteResult {
  const reason = endReason(state);
  return {
    kind: "refused",
    code: "backend-ended",
    message: `the backend has ended${reason === undefined ? "" : ` (${reason})`}`,
    ...(reason === undefined ? {} : { reason }),
  };
}

function endReason(state: BackendState) {
  return "reason" in state ? state.reason : undefined;
}

function routed(backend: BackendRecord, grant: Grant | undefined): RouteResult {
  const { id, cluster, drone, state, subdomain } = backend;
  const route: Route = {
    backend_id: id,
    cluster,
    drone,
    status: state.status,
    ...whereabouts(state),
    ...(subdomain === null ? {} : { subdomain }),
    access: accessOf(grant),
    ...traceOf(backend, grant),
  };
  return { kind: "route", route };
}

/** Of its token's connect, else of its own spawn for as long as that goes on. */
function traceOf(
  { traceparent, state }: BackendRecord,
  grant: Grant | undefined,
): Pick<Route, "traceparent"> {
  const ofConnect = grant?.kind === "connection" ? grant.traceparent : undefined;
  const known = ofConnect ?? (isStarting(state.status) ? traceparent : undefined);
  return known === undefined ? {} : { traceparent: known };
}

/** Told from ready on only: before, nobody is to dial. */
export function whereabouts(
  state: BackendState,
): Partial<Pick<StateOf<"ready">, "address" | "bridge_address">> {
  if (state.status !== "ready") return {};
  const { address, bridge_address } = state;
  return { address, ...(bridge_address === undefined ? {} : { bridge_address }) };
}

function accessOf(grant: Grant | undefined): Route["access"] {
  if (grant === undefined) return { kind: "public" };
  switch (grant.kind) {
    case "static":
      return { kind: "static" };
    case "connection": {
      const { tokenId, generation, expiresInMs, user, auth, secret } = grant;
      return {
        kind: "connection",
        token_id: tokenId,
        generation,
        expires_in_ms: expiresInMs,
        ...(user === null ? {} : { user }),
        auth,
        secret,
      };
    }
    default:
      return grant satisfies never;
  }
}
