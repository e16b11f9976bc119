import type { Colors } from "picocolors/types.js";
import type { Drone, DroneHealth } from "../../protocol/drone.ts";
import { formatShare } from "./format-bytes.ts";
import { formatAge, formatDuration } from "./format-duration.ts";
import { type Fitting, renderTable } from "./render-table.ts";

const HEAD = [
  "NAME",
  "CLUSTER",
  "POOL",
  "HEALTH",
  "BACKENDS",
  "LOAD",
  "FREE MEMORY",
  "FREE DISK",
  "IMAGES",
  "LEASE",
  "HEARD",
];

const FIT: Fitting["columns"] = {
  NAME: { leastWidth: 10 },
  CLUSTER: { leastWidth: 10, importance: 2 },
  POOL: { leastWidth: 6, importance: 4 },
  HEALTH: { leastWidth: 10 },
  BACKENDS: { importance: 9 },
  LOAD: { importance: 8 },
  "FREE MEMORY": { importance: 7 },
  "FREE DISK": { importance: 5 },
  IMAGES: { importance: 1 },
  LEASE: { importance: 3 },
  HEARD: { importance: 6 },
};

export function renderDrones(
  drones: readonly Drone[],
  colors: Colors,
  width = Number.POSITIVE_INFINITY,
): string {
  const rows = drones.map((drone) => [
    colors.bold(drone.name),
    drone.cluster,
    drone.pool || "-",
    healthText(drone, colors),
    `${drone.live_backends}${drone.max_backends === null ? "" : ` of ${drone.max_backends}`}`,
    ...machine(drone.health),
    leaseText(drone, colors),
    drone.last_heartbeat_age_ms === null
      ? "never"
      : `${formatAge(drone.last_heartbeat_age_ms)} ago`,
  ]);
  return renderTable(HEAD, rows, colors, { width, columns: FIT });
}

export function healthText(drone: Drone, colors: Colors): string {
  const draining = drone.draining ? drainText(drone) : undefined;
  if (!drone.healthy) {
    const because = drone.unhealthy_because ?? "unhealthy";
    return colors.red(`✖ ${[because, draining].filter((text) => text !== undefined).join("; ")}`);
  }
  return draining === undefined ? colors.green("● healthy") : colors.yellow(`◌ ${draining}`);
}

function drainText({ drain_ends_in_ms: endsInMs }: Drone): string {
  if (endsInMs === null) return "draining";
  return endsInMs > 0 ? `draining, ends in ${formatDuration(endsInMs)}` : "drained";
}

/** How long its backends keep their keys if it is not heard of again. */
function leaseText({ lease_expires_in_ms: leftMs }: Drone, colors: Colors): string {
  if (leftMs === null) return "none";
  return leftMs > 0 ? `for ${formatAge(leftMs)}` : colors.red("lapsed");
}

function machine(health: DroneHealth | null): string[] {
  if (health === null) return ["-", "-", "-", "-"];
  return [
    `${health.load_average.toFixed(1)}/${health.cpus}`,
    formatShare(health.memory_available_bytes, health.memory_total_bytes),
    formatShare(health.disk_available_bytes, health.disk_total_bytes),
    String(health.images.length),
  ];
}
