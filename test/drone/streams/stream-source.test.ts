import { expect, test } from "vitest";
import { streamSource } from "../../../drone/streams/stream-source.ts";
import { UsageSampler } from "../../../drone/streams/usage-sampler.ts";
import { newBackendId } from "../../../src/protocol/ids.ts";
import { TestClock } from "../../harness/test-clock.ts";

const NOTHING = {
  ...{ memory_bytes: 1, rx_bytes: null, tx_bytes: null, read_bytes: null, write_bytes: null },
  ...{ pids: 1 },
};

test("each sample of a backend is told once, at the shortest interval and on a slow runtime, too", async () => {
  const clock = new TestClock();
  const id = newBackendId();
  let slowMs = 0;
  const usage = async () => {
    await clock.sleep(slowMs);
    const at = clock.now();
    return new Map([[id, { ...NOTHING, at, cpuSeconds: at / 1_000 }]]);
  };
  const runtime = { usage, logs: async () => undefined };
  const sampler = new UsageSampler({ runtime: runtime as never, clock });
  const what = { kind: "metrics", backend_ids: [id], interval_ms: 500 } as const;
  const stop = new AbortController();
  const source = streamSource(
    { runtime, sampler, clock },
    { ...what, backend_ids: [...what.backend_ids] },
    stop.signal,
  );
  const told: number[] = [];
  const read = (async () => {
    for await (const items of source) for (const item of items) told.push(item.at ?? 0);
  })().catch(() => undefined);
  for (slowMs of [0, 300]) for (let step = 0; step < 40; step += 1) await clock.advance(50);
  stop.abort();
  await clock.advance(1_000);
  await read;
  expect(told.length).toBeGreaterThan(5);
  expect(new Set(told).size).toBe(told.length);
});
