import type { DroneTime } from "../../src/protocol/drone-messages.ts";
import type { LeasePhase } from "../lease/lease.ts";
import type { RuntimeHealth } from "../runtime/runtime.ts";

/** What a drone goes by when it is asked for a spawn. */
export interface BeginSituation {
  beginBy: DroneTime;
  now: DroneTime;
  lease: LeasePhase | "none";
  /** Undefined before the runtime was asked for the first time. */
  runtime: RuntimeHealth | undefined;
  liveBackends: number;
  maxBackends: number | undefined;
  closing: boolean;
}

/** Why a spawn cannot begin here; undefined if it can. */
export function whyNotBegin(situation: BeginSituation): string | undefined {
  const { beginBy, now, lease, runtime, liveBackends, maxBackends, closing } = situation;
  if (closing) return "the drone is stopping";
  if (hasPassed(beginBy, now)) return "the time to begin it is over";
  if (lease === "none") return "the drone holds no lease";
  if (lease !== "held") return "the drone's lease has lapsed";
  if (runtime === undefined) return "the runtime has not answered yet";
  if (!runtime.ok) return `the runtime is away: ${runtime.error ?? "it does not answer"}`;
  if (maxBackends !== undefined && liveBackends >= maxBackends) {
    return `the drone is full: it has ${liveBackends} of at most ${maxBackends} backends`;
  }
  return undefined;
}

/** A deadline on another clock is from before the last boot. */
export function hasPassed(deadline: DroneTime, now: DroneTime): boolean {
  return deadline.clock !== now.clock || now.ms >= deadline.ms;
}
