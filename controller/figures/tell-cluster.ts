import { LIVE_STATUSES } from "../../src/protocol/statuses.ts";
import type { Labels } from "../../src/shared/figures/histogram-metric.ts";
import type { MetricMakers, Rows } from "../../src/shared/figures/metric-makers.ts";
import { whyUnhealthy } from "../connect/choose-drone.ts";
import type { DroneRecord } from "../store/fleet-store.ts";
import type { Cluster, ClusterView } from "./cluster-view.ts";

export interface ClusterSources {
  view: Pick<ClusterView, "read">;
  droneUnhealthyMs: number;
}

const THE_SAME = "Of the whole cluster: each controller tells the same, so take the max.";

/** What the database knows, and every controller tells alike. */
export function tellCluster(
  { gauges }: MetricMakers,
  { view, droneUnhealthyMs }: ClusterSources,
): void {
  const gauge = (
    name: string,
    help: string,
    labels: readonly string[],
    rows: (cluster: Cluster) => Rows,
  ) =>
    gauges(`hangar_controller_${name}`, `${help} ${THE_SAME}`, labels, async () => {
      const cluster = await view.read();
      return cluster === undefined ? [] : rows(cluster);
    });
  gauge("backends", "Backends that have not ended, by status.", ["status"], ({ census }) =>
    LIVE_STATUSES.map((status) => [{ status }, census.backends.get(status) ?? 0]),
  );
  gauge("actions_pending", "Actions that drones have not acknowledged.", [], ({ census }) => [
    [{}, census.pendingActions],
  ]);
  gauge("drones", "Drones by what may be placed on them.", ["state"], ({ drones }) =>
    byState(drones, droneUnhealthyMs),
  );
  gauge("proxies", "Proxies that are connected.", [], ({ proxies }) => [[{}, proxies.length]]);
  gauge("controllers", "Controllers that share the database.", [], ({ controllers }) => [
    [{}, controllers.length],
  ]);
  const room = (
    name: string,
    help: string,
    read: (drone: DroneRecord) => { taken: number; total: number | null },
  ) =>
    gauge(name, help, ["cluster", "pool", "part"], ({ drones }) =>
      roomOf(
        drones.filter((drone) => whyUnhealthy(drone, droneUnhealthyMs) === undefined),
        read,
      ),
    );
  room(
    "room_backends",
    "Backends that healthy drones have, and may have; of a pool with a drone without a limit there is no total.",
    ({ liveBackends, maxBackends }) => ({ taken: liveBackends, total: maxBackends }),
  );
  room("room_cpus", "CPUs of healthy drones, and what of them is promised.", (drone) => ({
    taken: drone.promised.cpus,
    total: drone.health?.cpus ?? null,
  }));
  room(
    "room_memory_bytes",
    "Memory of healthy drones, and what of it is promised.",
    ({ promised, health }) => ({
      taken: promised.memoryBytes,
      total: health?.memory_total_bytes ?? null,
    }),
  );
}

function byState(drones: readonly DroneRecord[], unhealthyMs: number): Rows {
  const counts = { fit: 0, draining: 0, unhealthy: 0 };
  for (const drone of drones) {
    if (whyUnhealthy(drone, unhealthyMs) !== undefined) counts.unhealthy += 1;
    else counts[drone.draining ? "draining" : "fit"] += 1;
  }
  return Object.entries(counts).map(([state, count]) => [{ state }, count] as const);
}

/** By cluster and pool. Where one drone has no limit, their sum has none. */
function roomOf(
  drones: readonly DroneRecord[],
  read: (drone: DroneRecord) => { taken: number; total: number | null },
): Rows {
  const sums = new Map<string, { labels: Labels; taken: number; total: number | null }>();
  for (const drone of drones) {
    const { cluster, pool } = drone;
    const id = JSON.stringify([cluster, pool]);
    const before = sums.get(id) ?? { labels: { cluster, pool }, taken: 0, total: 0 };
    const { taken, total } = read(drone);
    sums.set(id, {
      labels: before.labels,
      taken: before.taken + taken,
      total: total === null || before.total === null ? null : before.total + total,
    });
  }
  return [...sums.values()].flatMap(({ labels, taken, total }) => [
    [{ ...labels, part: "taken" }, taken] as const,
    ...(total === null ? [] : [[{ ...labels, part: "total" }, total] as const]),
  ]);
}
