import type { DroneHealth } from "../../src/protocol/drone.ts";

/** A healthy machine of four cores and 8 GiB. */
export function aHealth(overrides: Partial<DroneHealth> = {}): DroneHealth {
  return {
    runtime: { name: "docker", ok: true },
    backends: {},
    cpus: 4,
    load_average: 0.1,
    memory_total_bytes: 8 * 1_073_741_824,
    memory_available_bytes: 6 * 1_073_741_824,
    disk_total_bytes: 100 * 1_073_741_824,
    disk_available_bytes: 50 * 1_073_741_824,
    images: ["hangar/echo:latest"],
    ...overrides,
  };
}
