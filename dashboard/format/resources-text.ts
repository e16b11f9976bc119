import type { Resources } from "../../src/protocol/spawn-config.ts";
import { formatBytes, formatCores } from "./format.ts";

/** "2 CPUs, 1 GiB memory": what a backend may use. */
export function resourcesText({ cpus, memory_bytes, disk_bytes, pids }: Resources): string {
  const parts = [
    cpus === undefined ? undefined : `${formatCores(cpus)} ${cpus === 1 ? "CPU" : "CPUs"}`,
    memory_bytes === undefined ? undefined : `${formatBytes(memory_bytes)} memory`,
    disk_bytes === undefined ? undefined : `${formatBytes(disk_bytes)} disk`,
    pids === undefined ? undefined : `${pids} processes`,
  ];
  return parts.filter((part) => part !== undefined).join(", ") || "no limits";
}
