import { type AccessCalls, accessCalls } from "./access-calls.ts";
import { type Api, apiOver } from "./api.ts";
import { type BackendCalls, backendCalls } from "./backend-calls.ts";
import { type NodeCalls, nodeCalls } from "./node-calls.ts";
import { type ServiceCalls, serviceCalls } from "./service-calls.ts";
import { type StreamCalls, streamCalls } from "./stream-calls.ts";
import { type TokenCalls, tokenCalls } from "./token-calls.ts";
import { defaultUserAgent } from "./user-agent.ts";

export interface ClientOptions {
  /** Where the controller's API listens, such as `http://127.0.0.1:8080`. */
  url: string;
  /** An API key. Status and health need none. */
  key?: string | undefined;
  /** Default: the platform's. */
  fetch?: typeof fetch | undefined;
  /** For a whole call, with its tries. Infinity: none. Default: 30,000. */
  timeoutMs?: number | undefined;
  /** Sent as `User-Agent`, but by browsers. Default: `hangar-client/<version>`. */
  userAgent?: string | undefined;
}

/**
 * Hangar's REST API. A call that fails throws a HangarError. One that may be repeated without harm is
 * tried up to three times when the controller is away: all of them, but for a connect without a key, the
 * making of an API key or a service, and the deletion of a service, which are only tried again if they
 * certainly did nothing. A
 * controller that asks to be left alone for more than 2 s is not asked again: the error's
 * `retryAfterSeconds` says for how long.
 */
export interface HangarClient
  extends BackendCalls,
    StreamCalls,
    TokenCalls,
    NodeCalls,
    ServiceCalls,
    AccessCalls {}

export function createClient(options: ClientOptions): HangarClient {
  const userAgent = options.userAgent ?? defaultUserAgent();
  return clientOver(apiOver({ ...options, userAgent }));
}

export function clientOver(api: Api): HangarClient {
  return {
    ...backendCalls(api),
    ...streamCalls(api),
    ...tokenCalls(api),
    ...nodeCalls(api),
    ...serviceCalls(api),
    ...accessCalls(api),
  };
}
