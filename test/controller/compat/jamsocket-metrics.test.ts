import { expect, test } from "vitest";
import { presentMetrics } from "../../../controller/compat/jamsocket/present-metrics.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";
import type { BackendMetrics } from "../../../src/protocol/metrics.ts";
import { aHealth } from "../a-health.ts";

const SAMPLE: BackendMetrics = {
  backend_id: "abcdefghij0001" as BackendId,
  at: 0,
  cpu: 0.5,
  cpu_limit: null,
  memory_bytes: 100,
  memory_limit_bytes: 250,
  pids: 1,
  network_received_bytes: null,
  network_sent_bytes: null,
  disk_read_bytes: null,
  disk_written_bytes: null,
  open_connections: 0,
};

async function told(sample: Partial<BackendMetrics>, health = aHealth({ cpus: 4 })) {
  async function* samples() {
    yield { ...SAMPLE, ...sample };
  }
  const { value } = await presentMetrics("c", health, samples()).next();
  return value;
}

test("half a core of four is an eighth, and memory is what is left of the limit", async () => {
  expect(await told({})).toEqual({
    cluster: "c",
    backend_id: SAMPLE.backend_id,
    mem_used: 100,
    mem_available: 150,
    cpu_used: 500_000_000,
    sys_cpu: 4_000_000_000,
  });
});

test("without a limit there is what the machine has, and what is unknown is nought", async () => {
  const unknown = { cpu: null, memory_bytes: null, memory_limit_bytes: null };
  expect(await told(unknown, aHealth({ memory_available_bytes: 7_000 }))).toMatchObject({
    mem_used: 0,
    mem_available: 7_000,
    cpu_used: 0,
  });
});
