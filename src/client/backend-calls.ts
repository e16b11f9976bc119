import type {
  Backend,
  BackendList,
  BackendSummary,
  Idleness,
  PreventRenewResponse,
  PublicStatus,
  TerminateRequest,
  TerminateResponse,
} from "../protocol/backend.ts";
import type { ConnectRequest, ConnectResponse } from "../protocol/connect.ts";
import type { Api, CallOptions } from "./api.ts";
import { type BackendFilter, backendQuery } from "./backend-filter.ts";
import { backendPath } from "./backend-path.ts";
import { connectTimeoutMs } from "./connect-timeout.ts";
import type { FollowOptions } from "./follow-events.ts";
import { followStatus } from "./follow-status.ts";
import { type Listing, listing } from "./listing.ts";

export interface BackendCalls {
  /**
   * Finds the key's live backend or spawns one, and mints a connection token. Its time limit comes on top of
   * what the request itself lets it wait for.
   */
  connect(request: ConnectRequest, options?: CallOptions): Promise<ConnectResponse>;
  getBackend(id: string, options?: CallOptions): Promise<Backend>;
  /** Newest first. */
  listBackends(filter?: BackendFilter, options?: CallOptions): Listing<BackendSummary, BackendList>;
  /** For anybody: needs no key. */
  status(id: string, options?: CallOptions): Promise<PublicStatus>;
  /** Every state from the first on, then each as it comes; ends after `terminated`. Reconnects by itself. */
  statusStream(id: string, options?: FollowOptions): AsyncIterable<PublicStatus>;
  /** Asks a backend to end; one that has ended already is no error. */
  terminate(
    id: string,
    request?: TerminateRequest,
    options?: CallOptions,
  ): Promise<TerminateResponse>;
  /** What holds a backend up, when it will go, and why. */
  idle(id: string, options?: CallOptions): Promise<Idleness>;
  /** Lets its lease run out: it is asked to end, then killed, then its key is free. */
  preventRenew(id: string, options?: CallOptions): Promise<PreventRenewResponse>;
}

export function backendCalls(api: Api): BackendCalls {
  const { get, post } = api;
  return {
    connect: (body, options = {}) => {
      const timeoutMs = connectTimeoutMs(body, options.timeoutMs ?? api.timeoutMs);
      const repeating = body.key === undefined ? "once" : "repeatable";
      return post("/v1/connect", body, { ...options, timeoutMs }, repeating);
    },
    getBackend: (id, options) => get(backendPath(id), options),
    listBackends: (filter = {}, options) =>
      listing(
        (cursor) => get<BackendList>(`/v1/backends${backendQuery(filter, cursor)}`, options),
        ({ backends }) => backends,
      ),
    status: (id, options) => get(`${backendPath(id)}/status`, options),
    statusStream: (id, options) => followStatus(api, `${backendPath(id)}/status/stream`, options),
    terminate: (id, body = {}, options) => post(`${backendPath(id)}/terminate`, body, options),
    idle: (id, options) => get(`${backendPath(id)}/idle`, options),
    preventRenew: (id, options) => post(`${backendPath(id)}/prevent-renew`, {}, options),
  };
}
