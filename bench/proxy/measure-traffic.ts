import { cpuMs, familyCpuMs } from "../process-usage.ts";
import type { Latencies } from "./load/at-rate.ts";
import type { Traffic } from "./load-part.ts";
import type { Busy, Sample } from "./metrics.ts";
import { askLoad, type Visit } from "./visit.ts";

export type Value = Pick<Sample, "metric" | "value" | "busy">;

export interface Rate {
  perSecond: number;
  busy: Busy;
}

/** As fast as it goes. */
export async function measureRate(
  visit: Visit,
  traffic: Traffic,
  connections: number,
): Promise<Rate> {
  const { proxy, ms } = visit;
  const order = { kind: "in-turns", port: proxy.port, traffic, connections, ms } as const;
  const before = cpuOf(visit);
  const { rate } = await askLoad(visit, order, "rate");
  const after = cpuOf(visit);
  if (rate.answered === 0) throw new Error("no answer in all that time");
  return {
    perSecond: (rate.answered / rate.tookMs) * 1_000,
    busy: {
      proxy: proxy.pid === undefined ? undefined : (after.proxy - before.proxy) / rate.tookMs,
      others: (after.others - before.others) / rate.tookMs,
    },
  };
}

function cpuOf({ proxy, load, backend }: Visit): { proxy: number; others: number } {
  return {
    proxy: proxy.pid === undefined ? 0 : familyCpuMs(proxy.pid),
    others: cpuMs(load.pid) + cpuMs(backend.pid),
  };
}

export async function measureLatency(
  visit: Visit,
  traffic: Traffic,
  { connections, perSecond }: { connections: number; perSecond: number },
): Promise<Latencies> {
  const { port } = visit.proxy;
  const order = { kind: "at-rate", port, traffic, connections, perSecond, ms: visit.ms } as const;
  return (await askLoad(visit, order, "latencies")).latencies;
}
