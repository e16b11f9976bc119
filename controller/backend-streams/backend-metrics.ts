import type { BackendId } from "../../src/protocol/ids.ts";
import type { BackendMetrics } from "../../src/protocol/metrics.ts";
import type { UsageItem } from "../../src/protocol/stream-messages.ts";
import { within } from "../../src/shared/within.ts";
import type { BackendRecord, Store } from "../store/store.ts";
import { StreamFailure } from "../streams/stream-failure.ts";
import { type BackendStreamDeps, backendStream } from "./backend-stream.ts";

export interface MetricsDeps extends BackendStreamDeps {
  store: Pick<Store, "getBackend" | "openConnectionsOf">;
}

/** A drone that says nothing within this time is left out. */
const ANSWER_MS = 8_000;

/** Of one. Throws StreamFailure if its drone refuses; undefined if it does not run, or nobody answers. */
export async function metricsOfOne(
  deps: MetricsDeps,
  backend: BackendRecord,
  signal: AbortSignal,
): Promise<BackendMetrics | undefined> {
  const { id, drone } = backend;
  const [open, [usage]] = await Promise.all([
    deps.store.openConnectionsOf([id]),
    usageOn(deps, drone, [id], signal),
  ]);
  return usage && completed(usage, backend, open.get(id) ?? 0);
}

/** Of each of these that runs, and whose drone answers: each drone is asked once. */
export async function metricsOf(
  deps: MetricsDeps,
  backends: readonly BackendRecord[],
  signal: AbortSignal,
): Promise<BackendMetrics[]> {
  const byDrone = new Map<string, BackendId[]>();
  for (const { drone, id } of backends) byDrone.set(drone, [...(byDrone.get(drone) ?? []), id]);
  const [open, ...usages] = await Promise.all([
    deps.store.openConnectionsOf(backends.map(({ id }) => id)),
    ...[...byDrone].map(([drone, ids]) => usageOn(deps, drone, ids, signal).catch(leftOut)),
  ]);
  const byId = new Map(usages.flat().map((usage) => [usage.backend_id, usage]));
  return backends.flatMap((backend) => {
    const usage = byId.get(backend.id);
    return usage === undefined ? [] : [completed(usage, backend, open.get(backend.id) ?? 0)];
  });
}

async function usageOn(
  { streams, clock }: MetricsDeps,
  drone: string,
  backend_ids: BackendId[],
  signal: AbortSignal,
): Promise<UsageItem[]> {
  return await within(clock, ANSWER_MS, signal, async (deadline) => {
    const items: UsageItem[] = [];
    const what = { kind: "metrics", backend_ids } as const;
    for await (const frame of streams.read(drone, what, deadline)) {
      items.push(...(frame as UsageItem[]));
    }
    return items;
  });
}

function leftOut(error: unknown): UsageItem[] {
  if (error instanceof StreamFailure) return [];
  throw error;
}

/** A sample at each interval, from the backend's start until its end. */
export async function* followMetrics(
  deps: MetricsDeps,
  backend: BackendRecord,
  intervalMs: number,
  signal: AbortSignal,
): AsyncGenerator<BackendMetrics> {
  const { id } = backend;
  const what = { kind: "metrics" as const, backend_ids: [id], interval_ms: intervalMs };
  for await (const frame of backendStream(deps, id, () => what, signal)) {
    const open = await deps.store.openConnectionsOf([id]);
    for (const usage of frame as UsageItem[]) yield completed(usage, backend, open.get(id) ?? 0);
  }
}

function completed(
  usage: UsageItem,
  { config: { resources } }: BackendRecord,
  openConnections: number,
): BackendMetrics {
  return {
    ...usage,
    cpu_limit: resources.cpus ?? null,
    memory_limit_bytes: resources.memory_bytes ?? null,
    open_connections: openConnections,
  };
}
