import { whyUnhealthy } from "../../connect/choose-drone.ts";
import type { ControllerRecord, DroneRecord, ProxyRecord } from "../../store/fleet-store.ts";

interface PlaneNode {
  name: { Drone: string } | { Proxy: string };
  plane_version: string;
  plane_hash: string;
  controller: string;
  controller_heartbeat_age: number;
}

export interface PlaneClusterState {
  drones: {
    ready: boolean;
    draining: boolean;
    /** Seconds. */
    last_heartbeat_age: number;
    backend_count: number;
    node: PlaneNode;
  }[];
  proxies: PlaneNode[];
}

interface Nodes {
  drones: readonly DroneRecord[];
  proxies: readonly ProxyRecord[];
  controllers: readonly ControllerRecord[];
}

/** The drones and proxies of a cluster that are connected. Versions are Hangar's; it has no hash. */
export function clusterState(
  cluster: string,
  { drones, proxies, controllers }: Nodes,
  unhealthyMs: number,
): PlaneClusterState {
  const node = (name: PlaneNode["name"], version: string, controller: ControllerRecord) => ({
    name,
    plane_version: version,
    plane_hash: "",
    controller: controller.id,
    controller_heartbeat_age: toSeconds(controller.heartbeatAgeMs),
  });
  // To which of the controllers a proxy is connected is not kept: it is one that lives.
  const [anyone] = controllers.toSorted((a, b) => a.heartbeatAgeMs - b.heartbeatAgeMs);
  return {
    drones: drones
      .filter((drone) => drone.cluster === cluster)
      .flatMap((drone) => {
        const holder = controllers.find(({ id }) => id === drone.controller);
        if (holder === undefined) return [];
        return {
          ready: whyUnhealthy(drone, unhealthyMs) === undefined,
          draining: drone.draining,
          last_heartbeat_age: toSeconds(drone.heartbeatAgeMs ?? 0),
          backend_count: drone.liveBackends,
          node: node({ Drone: drone.name }, drone.version, holder),
        };
      }),
    proxies: proxies
      .filter((proxy) => proxy.cluster === cluster && anyone !== undefined)
      .map((proxy) => node({ Proxy: proxy.name }, proxy.version, anyone as ControllerRecord)),
  };
}

function toSeconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
