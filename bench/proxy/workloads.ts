import { ANSWER_BYTES } from "./answers.ts";
import type { Traffic } from "./load-part.ts";
import { measureMemory } from "./measure-memory.ts";
import { measureLatency, measureRate, type Value } from "./measure-traffic.ts";
import type { Metric } from "./metrics.ts";
import type { Visit } from "./visit.ts";

/** What is done at each contender in turn, and what it gives. */
export interface Workload {
  /** What `--only` calls it. */
  readonly name: string;
  readonly metrics: readonly Metric[];
  measure(visit: Visit): Promise<Value[]>;
}

export const CONNECTIONS = 64;
export const STEADY_PER_SECOND = 3_000;
const BYTES_PER_GB = 1e9;

export const WORKLOADS: readonly Workload[] = [
  rate("requests-bare", "requests/s, bare head, 41-byte answers", {
    head: "bare",
    answer: "small",
  }),
  rate("requests-browser", "requests/s, a browser's head, 41-byte answers", {
    head: "browser",
    answer: "small",
  }),
  rate("requests-10kb", "requests/s, a browser's head, 10 KB answers", {
    head: "browser",
    answer: "medium",
  }),
  large(),
  rate("requests-upload", "requests/s, a browser's head, 10 KB uploads", { upload: "small" }),
  latency("latency", "request", { head: "browser", answer: "small" }),
  rate("echoes", "WebSocket echoes/s, 41 bytes", "echoes"),
  latency("echo-latency", "WebSocket echo", "echoes"),
  memory(),
];

function rate(name: string, title: string, traffic: Traffic): Workload {
  const metric: Metric = { id: name, title, unit: "a second", better: "more", added: false };
  return {
    name,
    metrics: [metric],
    async measure(visit) {
      const { perSecond, busy } = await measureRate(visit, traffic, CONNECTIONS);
      return [{ metric: metric.id, value: perSecond, busy }];
    },
  };
}

/** Beside its rate: what the proxy's work costs, which counts even where the load is the limit. */
function large(): Workload {
  const traffic: Traffic = { head: "browser", answer: "large" };
  const requests = rate("requests-1mb", "requests/s, a browser's head, 1 MB answers", traffic);
  const cpu: Metric = {
    id: "cpu-per-gb",
    title: "CPU of the proxy for 1 GB of them",
    unit: "CPU seconds",
    better: "less",
    added: false,
  };
  return {
    name: requests.name,
    metrics: [...requests.metrics, cpu],
    async measure(visit) {
      const { perSecond, busy } = await measureRate(visit, traffic, CONNECTIONS);
      const value: Value = { metric: requests.name, value: perSecond, busy };
      if (busy.proxy === undefined) return [value];
      const gbPerSecond = (perSecond * ANSWER_BYTES.large) / BYTES_PER_GB;
      return [value, { metric: cpu.id, value: busy.proxy / gbPerSecond }];
    },
  };
}

function latency(name: string, what: string, traffic: Traffic): Workload {
  const at = `at ${STEADY_PER_SECOND.toLocaleString("en")}/s`;
  const metric = (percent: number): Metric => ({
    id: `${name}-p${percent}`,
    title: `latency added to a ${what} ${at}, p${percent}`,
    unit: "ms",
    better: "less",
    added: true,
  });
  const [p50, p99] = [metric(50), metric(99)];
  return {
    name,
    metrics: [p50, p99],
    async measure(visit) {
      const latencies = await measureLatency(visit, traffic, {
        connections: CONNECTIONS,
        perSecond: STEADY_PER_SECOND,
      });
      return [
        { metric: p50.id, value: latencies.p50Ms },
        { metric: p99.id, value: latencies.p99Ms },
      ];
    },
  };
}

function memory(): Workload {
  const each: Metric = {
    id: "memory-per-socket",
    title: "memory for each idle WebSocket",
    unit: "KiB",
    better: "less",
    added: false,
  };
  const all: Metric = { ...each, id: "memory", title: "memory of the proxy with all of them" };
  return {
    name: "memory",
    metrics: [each, all],
    async measure(visit) {
      const measured = await measureMemory(visit);
      if (measured === undefined) return [];
      return [
        { metric: each.id, value: measured.perSocketKib },
        { metric: all.id, value: measured.residentKib },
      ];
    },
  };
}
