import { setTimeout as delay } from "node:timers/promises";
import { residentMib } from "../process-usage.ts";
import type { Bench } from "./cell.ts";
import type { RestFigure } from "./figures.ts";
import { phase } from "./phase.ts";

/** Of all live backends, so many have changed whenever a proxy tells of its own. */
const CHANGING_SHARE = 0.01;
const PROXIES = 2;
const HEARTBEATS_PER_SECOND = 500;

/** Nobody connects: what the drones and proxies cost by being there, and what one message costs. */
export async function measureRest(bench: Bench): Promise<RestFigure> {
  const { watched, peers, live } = bench;
  const { restMs, activityMs, heartbeatsMs } = bench.options.durations;
  const rest = await phase(watched, "rest", () => delay(restMs));
  const resident_mib = residentMib(watched.controllerPid);
  const heartbeats = await phase(watched, "heartbeats", () =>
    peers.ask({
      kind: "heartbeats",
      count: (HEARTBEATS_PER_SECOND * heartbeatsMs) / 1_000,
      ms: heartbeatsMs,
    }),
  );
  const each = Math.max(1, Math.round((live * CHANGING_SHARE) / PROXIES));
  const before = await peers.ask({ kind: "activity", each });
  const activity = await phase(watched, "activity", () => delay(activityMs));
  const told = (await peers.ask({ kind: "activity", each: 0 })).told - before.told;
  const microsecondsEach = (phase: { controllerMs: number; tookMs: number }, count: number) =>
    ((phase.controllerMs - rest.busy.controller * phase.tookMs) / count) * 1_000;
  return {
    cpu: rest.busy.controller,
    resident_mib,
    heartbeat_us: microsecondsEach(heartbeats, heartbeats.result.heartbeats),
    activity: {
      backends_per_second: (told / activity.tookMs) * 1_000,
      cpu: activity.busy.controller,
      backend_us: microsecondsEach(activity, told),
    },
  };
}
