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
import type { Controller, ControllerList } from "../protocol/controller.ts";
import type { DrainRequest, Drone, DroneList } from "../protocol/drone.ts";
import type { ConnectedProxy, ProxyList } from "../protocol/proxy.ts";
import type {
  CreateServiceRequest,
  PutServiceRequest,
  Service,
  ServiceList,
} from "../protocol/service.ts";
import { type BackendFilter, toQuery } from "./backend-filter.ts";
import { followStatus } from "./follow-status.ts";
import { type Repeating, withRetries } from "./retry.ts";
import { type ApiRequest, type SendDeps, send, sendForJson } from "./send.ts";

export interface ClientOptions {
  /** Where the controller's API listens, such as `http://127.0.0.1:8080`. */
  url: string;
  /** An API key. Status and health need none. */
  key?: string | undefined;
  /** Default: the platform's. */
  fetch?: typeof fetch;
}

export interface CallOptions {
  /** Ends the call, and any waiting between tries; it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Hangar's REST API. A call that fails throws a HangarError. One that may be repeated without harm is
 * tried up to three times when the controller is away: all of them, but for a connect without a key,
 * which is only tried again if it certainly did nothing. A controller that asks to be left alone for
 * more than 2 s is not asked again: the error's `retryAfterSeconds` says for how long.
 */
export interface HangarClient {
  /** Finds the key's live backend or spawns one, and mints a connection token. */
  connect(request: ConnectRequest, options?: CallOptions): Promise<ConnectResponse>;
  getBackend(id: string, options?: CallOptions): Promise<Backend>;
  /** Newest first, page by page as they are read. */
  listBackends(filter?: BackendFilter, options?: CallOptions): AsyncIterable<BackendSummary>;
  status(id: string, options?: CallOptions): Promise<PublicStatus>;
  /** Every state from the first on, then each as it comes; ends after `terminated`. Reconnects by itself. */
  statusStream(id: string, options?: CallOptions): AsyncIterable<PublicStatus>;
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
  listDrones(options?: CallOptions): Promise<Drone[]>;
  getDrone(name: string, options?: CallOptions): Promise<Drone>;
  /** No new backends for it; those that it has run on, unless a time is given for their end. */
  drain(name: string, request?: DrainRequest, options?: CallOptions): Promise<Drone>;
  undrain(name: string, options?: CallOptions): Promise<Drone>;
  /** Those that share the database. */
  listControllers(options?: CallOptions): Promise<Controller[]>;
  listProxies(options?: CallOptions): Promise<ConnectedProxy[]>;
  /** Named spawn configs, of all accounts or of one. */
  listServices(account?: string, options?: CallOptions): Promise<Service[]>;
  getService(ref: ServiceName, options?: CallOptions): Promise<Service>;
  createService(request: CreateServiceRequest, options?: CallOptions): Promise<Service>;
  /** Creates or replaces it; env and credentials that are left out stay. */
  putService(ref: ServiceName, request: PutServiceRequest, options?: CallOptions): Promise<Service>;
  /** Its backends live on. */
  deleteService(ref: ServiceName, options?: CallOptions): Promise<Service>;
  /** Resolves if the controller answers and is well. */
  health(options?: CallOptions): Promise<void>;
}

export interface ServiceName {
  /** Default: `default`. */
  account?: string | undefined;
  name: string;
}

export function createClient(options: ClientOptions): HangarClient {
  const deps: SendDeps = {
    baseUrl: options.url.replace(/\/+$/, ""),
    key: options.key,
    fetch: options.fetch ?? fetch,
  };
  const call = <T>(request: ApiRequest, repeating: Repeating = "repeatable") =>
    withRetries(repeating, request.signal, () => sendForJson<T>(deps, request));
  const get = <T>(path: string, { signal }: CallOptions = {}) =>
    call<T>({ method: "GET", path, signal });
  const post = <T>(path: string, body: unknown, { signal }: CallOptions = {}) =>
    call<T>({ method: "POST", path, body, signal });

  return {
    connect: (body, { signal } = {}) =>
      call(
        { method: "POST", path: "/v1/connect", body, signal },
        body.key === undefined ? "once" : "repeatable",
      ),
    getBackend: (id, options) => get(backendPath(id), options),
    listBackends: (filter, options) =>
      everyPage((cursor) => get(`/v1/backends${toQuery(filter ?? {}, cursor)}`, options)),
    status: (id, options) => get(`${backendPath(id)}/status`, options),
    statusStream: (id, { signal } = {}) => {
      const path = `${backendPath(id)}/status/stream`;
      const open = (headers: Record<string, string>) =>
        withRetries("repeatable", signal, () =>
          send(deps, { method: "GET", path, headers, signal }),
        );
      return followStatus({ url: deps.baseUrl, open }, signal);
    },
    terminate: (id, body = {}, options) => post(`${backendPath(id)}/terminate`, body, options),
    idle: (id, options) => get(`${backendPath(id)}/idle`, options),
    preventRenew: (id, options) => post(`${backendPath(id)}/prevent-renew`, {}, options),
    listDrones: async (options) => (await get<DroneList>("/v1/drones", options)).drones,
    getDrone: (name, options) => get(dronePath(name), options),
    drain: (name, body = {}, options) => post(`${dronePath(name)}/drain`, body, options),
    undrain: (name, options) => post(`${dronePath(name)}/undrain`, {}, options),
    listControllers: async (options) =>
      (await get<ControllerList>("/v1/controllers", options)).controllers,
    listProxies: async (options) => (await get<ProxyList>("/v1/proxies", options)).proxies,
    listServices: async (account, options) =>
      (await get<ServiceList>(`/v1/services${accountQuery(account)}`, options)).services,
    getService: (ref, options) => get(servicePath(ref), options),
    createService: (body, { signal } = {}) =>
      call({ method: "POST", path: "/v1/services", body, signal }, "once"),
    putService: (ref, body, { signal } = {}) =>
      call({ method: "PUT", path: servicePath(ref), body, signal }),
    deleteService: (ref, { signal } = {}) =>
      call({ method: "DELETE", path: servicePath(ref), signal }, "once"),
    health: async ({ signal } = {}) => {
      await call({ method: "GET", path: "/health", signal });
    },
  };
}

function backendPath(id: string): string {
  return `/v1/backends/${encodeURIComponent(id)}`;
}

function dronePath(name: string): string {
  return `/v1/drones/${encodeURIComponent(name)}`;
}

function servicePath({ account, name }: ServiceName): string {
  return `/v1/services/${encodeURIComponent(name)}${accountQuery(account)}`;
}

function accountQuery(account: string | undefined): string {
  return account === undefined ? "" : `?account=${encodeURIComponent(account)}`;
}

async function* everyPage(
  getPage: (cursor: string | undefined) => Promise<BackendList>,
): AsyncGenerator<BackendSummary> {
  let cursor: string | undefined;
  do {
    const page = await getPage(cursor);
    yield* page.backends;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
}
