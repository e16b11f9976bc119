import type { Colors } from "picocolors/types.js";
import type { Drone } from "../../protocol/drone.ts";
import { healthText } from "../render/render-drones.ts";

/** "dr-box  ◌ draining, ends in 5 m 00 s  3 backends are live". */
export function droneLine(drone: Drone, colors: Colors): string {
  const { live_backends } = drone;
  const live = live_backends === 1 ? "is live" : "are live";
  return `${colors.bold(drone.name)}  ${healthText(drone, colors)}  ${colors.dim(`${countBackends(live_backends)} ${live}`)}`;
}

export function countBackends(count: number): string {
  if (count === 0) return "no backends";
  return count === 1 ? "1 backend" : `${count} backends`;
}
