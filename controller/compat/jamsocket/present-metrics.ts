import type { DroneHealth } from "../../../src/protocol/drone.ts";
import type { BackendMetrics } from "../../../src/protocol/metrics.ts";

interface JamsocketMetrics {
  cluster: string;
  backend_id: string;
  /** Bytes. */
  mem_used: number;
  mem_available: number;
  /** Nanoseconds of CPU in a second, the backend's and the whole machine's: their ratio is what is shown. */
  cpu_used: number;
  sys_cpu: number;
}

const SECOND_NS = 1_000_000_000;

/** What is not known is nought. Without a limit of its own, a backend has what its machine has. */
export async function* presentMetrics(
  cluster: string,
  machine: DroneHealth | null,
  samples: AsyncIterable<BackendMetrics>,
): AsyncGenerator<JamsocketMetrics> {
  for await (const { backend_id, cpu, memory_bytes, memory_limit_bytes } of samples) {
    const used = memory_bytes ?? 0;
    yield {
      cluster,
      backend_id,
      mem_used: used,
      mem_available:
        memory_limit_bytes === null
          ? (machine?.memory_available_bytes ?? 0)
          : Math.max(0, memory_limit_bytes - used),
      cpu_used: Math.round((cpu ?? 0) * SECOND_NS),
      sys_cpu: Math.round((machine?.cpus ?? 1) * SECOND_NS),
    };
  }
}
