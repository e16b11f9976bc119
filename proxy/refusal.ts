import type { TerminationReason } from "../src/protocol/backend-state.ts";
import type { ErrorCode } from "../src/protocol/errors.ts";

/** What a route is asked for; at least one of the two. */
export interface RouteQuery {
  readonly label: string | undefined;
  readonly token: string | undefined;
}

declare const brand: unique symbol;
export type RouteKey = string & { readonly [brand]: "RouteKey" };

/** Neither a label nor a token holds a space. */
export function routeKey({ label, token }: RouteQuery): RouteKey {
  return `${label ?? ""} ${token ?? ""}` as RouteKey;
}

/** Why a request leads nowhere. */
export interface Refusal {
  readonly kind: "refused";
  readonly code: ErrorCode;
  readonly message: string;
  readonly reason?: TerminationReason;
  readonly retryAfterSeconds?: number;
}

const RETRY_AFTER_SECONDS = 2;

export function unavailable(message: string): Refusal {
  return { kind: "refused", code: "unavailable", message, retryAfterSeconds: RETRY_AFTER_SECONDS };
}

export function notReady(): Refusal {
  return {
    kind: "refused",
    code: "not-ready",
    message: "the backend is still starting",
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  };
}

export function ended(reason: TerminationReason | undefined): Refusal {
  return {
    kind: "refused",
    code: "backend-ended",
    message: `the backend has ended${reason === undefined ? "" : ` (${reason})`}`,
    ...(reason === undefined ? {} : { reason }),
  };
}
