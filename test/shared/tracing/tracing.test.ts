import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { freePort } from "../../../scripts/free-port.ts";
import { openTracing } from "../../../src/shared/tracing/open-tracing.ts";
import { during, type Tracing, type TracingConfig } from "../../../src/shared/tracing/tracing.ts";
import { FakeCollector } from "../../harness/fake-collector.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { waitFor } from "../../harness/wait-for.ts";

const ABOUT = { service: "hangar-test", instance: "one", version: "1.2.3" };
const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";

async function open(config: TracingConfig) {
  const { log, lines } = recordingLog();
  const tracing = await openTracing({ log }, config, ABOUT);
  return { tracing: tracing as Tracing, lines };
}

test("a trace that begins here reaches the collector with its service, its parents and its times", async () => {
  await using collector = await FakeCollector.start();
  const { tracing } = await open({ endpoint: collector.endpoint, headers: { "x-key": "k" } });
  const root = tracing.begin("root", { kind: "server", startAt: 1_700_000_000_000.25 });
  const child = root?.child("child", { kind: "client", startAt: 1_700_000_000_001 });
  child?.set({ "http.response.status_code": 200, "hangar.spawned": true });
  child?.end(1_700_000_000_003);
  root?.fail("no-drone-available");
  root?.end(1_700_000_000_004);
  tracing.as("hangar-other", "two").begin("foreign", { parent: root?.traceparent })?.end();
  await tracing[Symbol.asyncDispose]();
  const [told, inner, foreign] = ["root", "child", "foreign"].map((name) => collector.one(name));
  expect(told).toMatchObject({
    ...{ service: "hangar-test", instance: "one", kind: 2, parentSpanId: undefined },
    ...{ startMs: 1_700_000_000_000.25, endMs: 1_700_000_000_004, failure: "no-drone-available" },
  });
  expect(root?.traceparent).toBe(`00-${told?.traceId}-${told?.spanId}-01`);
  expect(inner).toMatchObject({
    ...{ traceId: told?.traceId, parentSpanId: told?.spanId, kind: 3, failure: undefined },
    attributes: { "http.response.status_code": "200", "hangar.spawned": true },
  });
  expect(foreign).toMatchObject({
    ...{ service: "hangar-other", instance: "two", traceId: told?.traceId },
    parentSpanId: told?.spanId,
  });
  expect([collector.paths, collector.keys]).toEqual([["/v1/traces"], ["k"]]);
});

test("a caller's trace goes on, if it is sampled there, and only then", async () => {
  await using collector = await FakeCollector.start();
  const { tracing } = await open({ endpoint: collector.endpoint, sample: 0 });
  const link = `00-${"a".repeat(32)}-${SPAN}-01`;
  tracing.begin("sampled", { parent: `00-${TRACE}-${SPAN}-01`, links: [link, "rubbish"] })?.end();
  expect(tracing.begin("unsampled", { parent: `00-${TRACE}-${SPAN}-00` })).toBeUndefined();
  expect(tracing.begin("begins here")).toBeUndefined();
  await tracing[Symbol.asyncDispose]();
  expect(collector.spans).toHaveLength(1);
  expect(collector.one("sampled")).toMatchObject({
    ...{ traceId: TRACE, parentSpanId: SPAN },
    links: [{ traceId: "a".repeat(32), spanId: SPAN }],
  });
});

test("of a share of 0.25 about a quarter is sampled", async () => {
  await using collector = await FakeCollector.start();
  const { tracing } = await open({ endpoint: collector.endpoint, sample: 0.25 });
  const begun = Array.from({ length: 1_000 }, () => tracing.begin("some"));
  const sampled = begun.filter((span) => span !== undefined).length;
  expect(sampled).toBeGreaterThan(150);
  expect(sampled).toBeLessThan(350);
  await tracing[Symbol.asyncDispose]();
});

test("work within a span is told of with what came of it; without one it is only done", async () => {
  await using collector = await FakeCollector.start();
  const { tracing } = await open({ endpoint: collector.endpoint });
  const root = tracing.begin("root");
  expect(await during(root, "done", async () => 1)).toBe(1);
  await expect(during(root, "failed", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await during(undefined, "untold", async () => 2)).toBe(2);
  root?.end();
  await tracing[Symbol.asyncDispose]();
  expect(collector.one("done").failure).toBeUndefined();
  expect(collector.one("failed").failure).toBe("no");
  expect(collector.named("untold")).toEqual([]);
});

test("a collector that is not there is told of once, and keeps nobody from ending", async () => {
  const { tracing, lines } = await open({
    endpoint: `http://127.0.0.1:${await freePort()}/v1/traces`,
  });
  // A full batch is sent at once, so these are several.
  for (let count = 0; count < 2_000; count += 1) tracing.begin("lost")?.end();
  await waitFor("the complaint", () => lines.some((line) => line.includes("cannot be delivered")));
  for (let count = 0; count < 2_000; count += 1) tracing.begin("lost")?.end();
  const startedMs = performance.now();
  await tracing[Symbol.asyncDispose]();
  expect(performance.now() - startedMs).toBeLessThan(1_500);
  expect(lines).toHaveLength(1);
});

test("a collector that hangs holds up nothing, and the end for two seconds at most", async () => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { tracing, lines } = await open({ endpoint: `http://127.0.0.1:${port}/v1/traces` });
  for (let count = 0; count < 10_000; count += 1) tracing.begin("queued")?.end();
  await waitFor("a batch on its way", () => sockets.size > 0);
  const startedMs = performance.now();
  await tracing[Symbol.asyncDispose]();
  expect(performance.now() - startedMs).toBeLessThan(5_000);
  expect(lines.length).toBeLessThan(2);
  for (const socket of sockets) socket.destroy();
  server.close();
});

test("a collector that says no is told of, and again when it says yes", async () => {
  await using collector = await FakeCollector.start();
  const good = collector.onRequest;
  collector.onRequest = (response) => response.writeHead(503).end();
  const { tracing, lines } = await open({ endpoint: collector.endpoint });
  const send = () => {
    for (let count = 0; count < 512; count += 1) tracing.begin("some")?.end();
  };
  send();
  await waitFor("the complaint", () => lines.some((line) => line.includes("it answered 503")));
  collector.onRequest = good;
  send();
  await waitFor("the good news", () => lines.some((line) => line.includes("delivered again")));
  await tracing[Symbol.asyncDispose]();
});
