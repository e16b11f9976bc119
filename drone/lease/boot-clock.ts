import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import type { DroneTime } from "../../src/protocol/drone-messages.ts";

/**
 * The drone's own clock: nobody sets it, it goes on while the process is away or the machine asleep,
 * and the guard reads the same one.
 */
export interface BootClock {
  /** Another after each boot; readings under two ids do not compare. */
  readonly id: string;
  nowMs(): number;
}

/** Systems other than Linux tell of no such clock; there it begins anew with each process. */
export function openBootClock(): BootClock {
  if (process.platform !== "linux") {
    return { id: randomUUID(), nowMs: () => Math.floor(performance.now()) };
  }
  return {
    id: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
    nowMs: () => Math.floor(uptime() * 1_000),
  };
}

export function readBootClock({ id, nowMs }: BootClock): DroneTime {
  return { clock: id, ms: nowMs() };
}
