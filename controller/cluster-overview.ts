import type { ClusterOverview } from "../src/protocol/cluster-overview.ts";
import { whyUnhealthy } from "./connect/choose-drone.ts";
import type { ControllerRecord, DroneRecord, ProxyRecord } from "./store/fleet-store.ts";
import type { Census } from "./store/store.ts";

export interface ClusterParts {
  name: string;
  version: string;
  controllers: readonly ControllerRecord[];
  proxies: readonly ProxyRecord[];
  drones: readonly DroneRecord[];
  live: Census["backends"];
}

/** The sums over all parts; `unhealthyMs` is the silence after which a drone is given nothing. */
export function clusterOverview(
  { name, version, controllers, proxies, drones, live }: ClusterParts,
  unhealthyMs: number,
): ClusterOverview {
  const healthy = drones.filter((drone) => whyUnhealthy(drone, unhealthyMs) === undefined);
  return {
    name,
    version,
    controllers: controllers.length,
    proxies: {
      total: proxies.length,
      connections: sum(proxies, ({ load }) => load.connections),
      requests_per_second: sum(proxies, ({ load }) => load.requests_per_second),
    },
    drones: {
      total: drones.length,
      connected: drones.filter(({ connected }) => connected).length,
      healthy: healthy.length,
      draining: drones.filter(({ draining }) => draining).length,
    },
    backends: {
      live: sum([...live.values()], (count) => count),
      by_status: Object.fromEntries(live),
    },
    capacity: capacityOf(healthy),
  };
}

function capacityOf(drones: readonly DroneRecord[]): ClusterOverview["capacity"] {
  const hasNoLimit = drones.some(({ maxBackends }) => maxBackends === null);
  return {
    cpus: sum(drones, ({ health }) => health?.cpus ?? 0),
    cpus_promised: sum(drones, ({ promised }) => promised.cpus),
    memory_bytes: sum(drones, ({ health }) => health?.memory_total_bytes ?? 0),
    memory_bytes_promised: sum(drones, ({ promised }) => promised.memoryBytes),
    max_backends: hasNoLimit ? null : sum(drones, ({ maxBackends }) => maxBackends ?? 0),
  };
}

function sum<T>(items: readonly T[], amountOf: (item: T) => number): number {
  return items.reduce((total, item) => total + amountOf(item), 0);
}
