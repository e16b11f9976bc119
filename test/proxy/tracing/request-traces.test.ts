import { once } from "node:events";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import type { EngineName } from "../../../proxy/config.ts";
import { FakeCollector } from "../../harness/fake-collector.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { ask } from "../harness/ask.ts";
import { HOST, type ProxyFixture, startFixture } from "../harness/proxy-fixture.ts";
import { BACKEND, NOT_FOUND, routeTo, TOKEN } from "../harness/scripted-controller.ts";

const CONNECT = `00-${"c".repeat(32)}-${"1".repeat(16)}-01`;
const BROWSER = `00-${"b".repeat(32)}-${"2".repeat(16)}-01`;

/** What the proxy has sent once it has left. */
async function told(
  work: (fixture: ProxyFixture) => Promise<void>,
  { sample = 1, engine = "direct" as EngineName } = {},
): Promise<FakeCollector> {
  await using collector = await FakeCollector.start();
  const tracing = { endpoint: collector.endpoint, sample };
  await using fixture = await startFixture({ tracing, engine });
  const { port } = fixture.backend;
  fixture.controller.answer = () => withTrace(routeTo(port));
  await work(fixture);
  await fixture.proxy[Symbol.asyncDispose]();
  return collector;
}

function withTrace(result: ReturnType<typeof routeTo>): ReturnType<typeof routeTo> {
  if (result.kind !== "route") throw new Error("no route");
  return { kind: "route", route: { ...result.route, traceparent: CONNECT } };
}

async function get({ port }: ProxyFixture, headers: Record<string, string> = {}) {
  const answer = await ask(port, { path: `/${TOKEN}/`, headers: { host: HOST, ...headers } });
  const { headers: seen } = JSON.parse(answer.body) as { headers: { traceparent?: string } };
  return { status: answer.status, traceparent: seen.traceparent };
}

test.each(["direct", "http-proxy"] as const)(
  "%s: the first request joins the trace of its connect, the next ones are not traced",
  async (engine) => {
    const seen: (string | undefined)[] = [];
    const collector = await told(
      async (fixture) => {
        for (let count = 0; count < 3; count += 1) seen.push((await get(fixture)).traceparent);
      },
      { engine },
    );
    const request = collector.one("request");
    const [lookup, backend] = [collector.one("route lookup"), collector.one("backend")];
    expect(request).toMatchObject({
      ...{ service: "hangar-proxy", instance: "px-test", kind: 2 },
      ...{ traceId: "c".repeat(32), parentSpanId: "1".repeat(16), links: [] },
      attributes: {
        "http.request.method": "GET",
        "http.response.status_code": "200",
        "hangar.backend": BACKEND,
      },
    });
    for (const part of [lookup, backend]) {
      expect(part).toMatchObject({ traceId: request.traceId, parentSpanId: request.spanId });
      expect(part.startMs).toBeGreaterThanOrEqual(request.startMs);
      expect(part.endMs).toBeLessThanOrEqual(request.endMs);
    }
    expect(lookup.endMs).toBeLessThanOrEqual(backend.startMs);
    expect(seen).toEqual([`00-${request.traceId}-${backend.spanId}-01`, undefined, undefined]);
  },
);

test("a browser's own trace goes on to the backend, with a link to the connect's", async () => {
  let first: string | undefined;
  const collector = await told(async (fixture) => {
    first = (await get(fixture, { traceparent: BROWSER })).traceparent;
    await get(fixture, { traceparent: BROWSER });
  });
  const [one, two] = collector.named("request");
  expect(one).toMatchObject({
    ...{ traceId: "b".repeat(32), parentSpanId: "2".repeat(16) },
    links: [{ traceId: "c".repeat(32), spanId: "1".repeat(16) }],
  });
  // Sampled, so it is told of though nothing was waited for.
  expect(two).toMatchObject({ traceId: "b".repeat(32), parentSpanId: "2".repeat(16) });
  expect(collector.named("route lookup")).toHaveLength(1);
  const upstreams = collector
    .named("backend")
    .map(({ spanId }) => `00-${"b".repeat(32)}-${spanId}-01`);
  expect(upstreams).toContain(first);
});

test("a trace that the browser does not sample passes untouched", async () => {
  const unsampled = BROWSER.replace(/01$/, "00");
  let seen: string | undefined;
  const collector = await told(async (fixture) => {
    seen = (await get(fixture, { traceparent: unsampled })).traceparent;
  });
  expect(seen).toBe(unsampled);
  expect(collector.spans).toEqual([]);
});

test("a request that is held tells for how long", async () => {
  const collector = await told(async (fixture) => {
    const { controller, backend } = fixture;
    controller.answer = () => withTrace(routeTo(backend.port, { status: "starting" }));
    const asked = get(fixture);
    await waitFor("the question", () => controller.asked.length === 1);
    const { address } = routeOf(routeTo(backend.port));
    controller.push({
      ...{ type: "backend-changed", backend_id: BACKEND, status: "ready" },
      ...(address && { address }),
    });
    expect((await asked).status).toBe(200);
  });
  const [request, hold] = [collector.one("request"), collector.one("hold")];
  expect(hold).toMatchObject({ traceId: "c".repeat(32), parentSpanId: request.spanId });
  expect(hold.endMs).toBeGreaterThanOrEqual(hold.startMs);
  expect(hold.startMs).toBeGreaterThanOrEqual(collector.one("route lookup").endMs);
});

function routeOf(result: ReturnType<typeof routeTo>) {
  if (result.kind !== "route") throw new Error("no route");
  return result.route;
}

test("a request that is looked up in vain is told of with the reason", async () => {
  const collector = await told(async ({ port, controller }) => {
    controller.answer = () => NOT_FOUND;
    await ask(port, { path: `/${TOKEN}/`, headers: { host: HOST } });
  });
  expect(collector.one("request")).toMatchObject({ failure: "not-found" });
  expect(collector.one("route lookup").parentSpanId).toBe(collector.one("request").spanId);
});

test("an upgrade is traced until it is agreed on, not until it ends", async () => {
  const collector = await told(async ({ port }) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/${TOKEN}/`, { headers: { host: HOST } });
    await once(socket, "open");
    await new Promise((resolve) => setImmediate(resolve));
    socket.terminate();
    await once(socket, "close");
  });
  expect(collector.one("request").attributes).toMatchObject({
    "http.response.status_code": "101",
    "hangar.upgrade": true,
  });
});

test("where nothing is sampled nothing is told, and no header is added", async () => {
  let seen: string | undefined;
  const collector = await told(
    async (fixture) => {
      fixture.controller.answer = () => routeTo(fixture.backend.port);
      seen = (await get(fixture)).traceparent;
    },
    { sample: 0 },
  );
  expect(seen).toBeUndefined();
  expect(collector.spans).toEqual([]);
});
