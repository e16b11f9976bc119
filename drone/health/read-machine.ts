import { readFile, statfs } from "node:fs/promises";
import { availableParallelism, freemem, loadavg, totalmem } from "node:os";
import type { DroneHealth } from "../../src/protocol/drone.ts";

export type Machine = Pick<
  DroneHealth,
  | "cpus"
  | "load_average"
  | "memory_total_bytes"
  | "memory_available_bytes"
  | "disk_total_bytes"
  | "disk_available_bytes"
>;

/** What the machine has and has left; the disk is the one of the data directory. */
export async function readMachine(dataDir: string): Promise<Machine> {
  const [disk, memory_available_bytes] = await Promise.all([statfs(dataDir), availableMemory()]);
  return {
    cpus: availableParallelism(),
    load_average: loadavg()[0] ?? 0,
    memory_total_bytes: totalmem(),
    memory_available_bytes,
    disk_total_bytes: disk.blocks * disk.bsize,
    disk_available_bytes: disk.bavail * disk.bsize,
  };
}

/** Linux counts memory that caches would give back; elsewhere only what is free is known. */
async function availableMemory(): Promise<number> {
  const text = await readFile("/proc/meminfo", "utf8").catch(() => "");
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
  return kilobytes === undefined ? freemem() : Number(kilobytes) * 1_024;
}
