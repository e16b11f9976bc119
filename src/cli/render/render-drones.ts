import type { Colors } from "picocolors/types.js";
import type { Drone, DroneHealth } from "../../protocol/drone.ts";
import { formatShare } from "./format-bytes.ts";
import { formatAge } from "./format-duration.ts";
import { renderTable } from "./render-table.ts";

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
  "HEARD",
];

export function renderDrones(drones: readonly Drone[], colors: Colors): string {
  const rows = drones.map((drone) => [
    colors.bold(drone.name),
    drone.cluster,
    drone.pool || "-",
    healthText(drone, colors),
    `${drone.live_backends}${drone.max_backends === null ? "" : ` of ${drone.max_backends}`}`,
    ...machine(drone.health),
    drone.last_heartbeat_age_ms === null
      ? "never"
      : `${formatAge(drone.last_heartbeat_age_ms)} ago`,
  ]);
  return renderTable(HEAD, rows, colors);
}

export function healthText(drone: Drone, colors: Colors): string {
  if (!drone.healthy) return colors.red(`✖ ${drone.unhealthy_because ?? "unhealthy"}`);
  return drone.draining ? colors.yellow("◌ draining") : colors.green("● healthy");
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
