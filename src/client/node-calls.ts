import type { ClusterOverview } from "../protocol/cluster-overview.ts";
import type { Controller, ControllerList } from "../protocol/controller.ts";
import type { DrainRequest, Drone, DroneList } from "../protocol/drone.ts";
import type { ConnectedProxy, ProxyList } from "../protocol/proxy.ts";
import type { Api, CallOptions } from "./api.ts";
import { everyPage } from "./listing.ts";
import { queryOf } from "./query.ts";

/** Controllers, drones and proxies. */
export interface NodeCalls {
  listDrones(options?: CallOptions): Promise<Drone[]>;
  getDrone(name: string, options?: CallOptions): Promise<Drone>;
  /** No new backends for it; those that it has run on, unless a time is given for their end. */
  drain(name: string, request?: DrainRequest, options?: CallOptions): Promise<Drone>;
  undrain(name: string, options?: CallOptions): Promise<Drone>;
  /** Those that share the database. */
  listControllers(options?: CallOptions): Promise<Controller[]>;
  listProxies(options?: CallOptions): Promise<ConnectedProxy[]>;
  /** What is attached, how well it is, and how much of it is in use. */
  cluster(options?: CallOptions): Promise<ClusterOverview>;
  /** Resolves if the controller answers and is well. */
  health(options?: CallOptions): Promise<void>;
}

export function nodeCalls({ get, post }: Api): NodeCalls {
  return {
    listDrones: (options) =>
      everyPage(
        (cursor) => get<DroneList>(`/v1/drones${queryOf({ cursor })}`, options),
        ({ drones }) => drones,
      ),
    getDrone: (name, options) => get(dronePath(name), options),
    drain: (name, body = {}, options) => post(`${dronePath(name)}/drain`, body, options),
    undrain: (name, options) => post(`${dronePath(name)}/undrain`, {}, options),
    listControllers: (options) =>
      everyPage(
        (cursor) => get<ControllerList>(`/v1/controllers${queryOf({ cursor })}`, options),
        ({ controllers }) => controllers,
      ),
    listProxies: (options) =>
      everyPage(
        (cursor) => get<ProxyList>(`/v1/proxies${queryOf({ cursor })}`, options),
        ({ proxies }) => proxies,
      ),
    cluster: (options) => get("/v1/cluster", options),
    health: async (options) => void (await get("/health", options)),
  };
}

function dronePath(name: string): string {
  return `/v1/drones/${encodeURIComponent(name)}`;
}
