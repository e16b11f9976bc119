/** `hangar/client`: Hangar's REST API, for servers, scripts and workers. */
export type { AccessCalls, AuditFilter } from "./access-calls.ts";
export type { CallOptions } from "./api.ts";
export type { BackendCalls } from "./backend-calls.ts";
export type { BackendFilter } from "./backend-filter.ts";
export { type BrowserSession, forBrowser } from "./browser-session.ts";
export { type ClientOptions, createClient, type HangarClient } from "./client.ts";
export { type ClientEnv, clientFromEnv } from "./client-from-env.ts";
export type { FollowOptions, StreamState } from "./follow-events.ts";
export { HangarError, type HangarErrorCode, isHangarError } from "./hangar-error.ts";
export type { Listing } from "./listing.ts";
export type { NodeCalls } from "./node-calls.ts";
export type { ServiceCalls, ServiceRef } from "./service-calls.ts";
export type {
  EventFilter,
  LogOptions,
  MetricsStreamOptions,
  StreamCalls,
} from "./stream-calls.ts";
export type { TokenCalls, TokenFilter, WhichTokens } from "./token-calls.ts";
