import type { Clock } from "../../src/shared/clock.ts";
import type { Tracing } from "../../src/shared/tracing/tracing.ts";
import type { Report, Store } from "../store/store.ts";
import { spawnSpans } from "./spawn-spans.ts";

export interface TraceSpawnsDeps {
  tracing: Tracing;
  clock: Pick<Clock, "now">;
}

/** The same store, but that a traced spawn which is ready, or has failed, is told of with all of its steps. */
export function traceSpawns(store: Store, deps: TraceSpawnsDeps): Store {
  return {
    ...store,
    async recordReport(report) {
      const accepted = await store.recordReport(report);
      const { status } = report.state;
      // Not waited for, as nothing hangs on it.
      if (accepted && (status === "ready" || status === "terminated")) {
        void tellSpawn(store, deps, report).catch(() => undefined);
      }
      return accepted;
    },
  };
}

/**
 * The steps were the drone's, so they are told as its own. Its clock and the database's are not asked what time
 * it is: how long ago the last report's state began is known, and all else counts back from there.
 */
async function tellSpawn(
  store: Pick<Store, "getBackend" | "timeline">,
  { tracing, clock }: TraceSpawnsDeps,
  { id, state, ageMs }: Report,
): Promise<void> {
  const now = clock.now();
  const backend = await store.getBackend(id);
  if (backend?.traceparent === undefined) return;
  const timeline = await store.timeline(id);
  // The end of one that was ready is none of its spawn's.
  if (state.status === "terminated" && timeline.some(({ status }) => status === "ready")) return;
  const spans = spawnSpans(timeline);
  if (spans === undefined) return;
  const { whole, steps, failure } = spans;
  const offsetMs = now - ageMs - whole.endAt;
  const drone = tracing.as("hangar-drone", backend.drone);
  const span = drone.begin(whole.name, {
    parent: backend.traceparent,
    startAt: whole.startAt + offsetMs,
    attributes: {
      "hangar.backend": id,
      "hangar.drone": backend.drone,
      "hangar.image": backend.image,
    },
  });
  for (const { name, startAt, endAt } of steps) {
    span?.child(name, { startAt: startAt + offsetMs }).end(endAt + offsetMs);
  }
  if (failure !== undefined) span?.fail(failure);
  span?.end(whole.endAt + offsetMs);
}
