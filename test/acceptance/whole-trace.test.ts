import { expect, test } from "vitest";
import { startProxy } from "../../proxy/index.ts";
import type { ConnectResponse } from "../../src/protocol/connect.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { aController, report, type TestController } from "../controller/a-controller.ts";
import { FakeCollector, type ToldSpan } from "../harness/fake-collector.ts";
import { recordingLog } from "../harness/recording-log.ts";
import { waitFor } from "../harness/wait-for.ts";
import { ask } from "../proxy/harness/ask.ts";
import { startEchoBackend } from "../proxy/harness/echo-backend.ts";

const CALLER = { traceId: "a".repeat(32), spanId: "b".repeat(16) };
const TRACEPARENT = `00-${CALLER.traceId}-${CALLER.spanId}-01`;

async function connect({ controller }: TestController, body: object): Promise<ConnectResponse> {
  const headers = {
    ...{ authorization: `Bearer ${controller.keys.admin}`, "content-type": "application/json" },
    traceparent: TRACEPARENT,
  };
  const request = { method: "POST", headers, body: JSON.stringify(body) };
  return await waitFor("a drone", async () => {
    const answer = await fetch(`${controller.url}/v1/connect`, request);
    return answer.ok ? ((await answer.json()) as ConnectResponse) : undefined;
  });
}

function proxyOf({ controller }: TestController, endpoint: string) {
  return startProxy(
    { clock: systemClock, log: recordingLog().log },
    {
      ...{ controllerUrl: controller.url, key: controller.keys.proxy, name: "px-one" },
      ...{ cluster: "localhost:9090", host: "127.0.0.1", port: 0, drainMs: 0 },
      ...{ trustedProxies: [], tracing: { endpoint } },
    },
  );
}

/** Connect, spawn, and the first request, which is there before the backend is. */
async function wholeTrip(collector: FakeCollector): Promise<ConnectResponse> {
  const tracing = { endpoint: collector.endpoint };
  await using hangar = await aController({ tracing });
  await using backend = await startEchoBackend();
  await using drone = await hangar.drone();
  await using proxy = await proxyOf(hangar, collector.endpoint);
  await waitFor("the proxy", () => proxy.connected);
  const connected = await connect(hangar, { key: { name: "doc" }, spawn: { image: "echo" } });
  const { backend_id: id, token } = connected;
  const { action_id } = await drone.next("action");
  drone.say({ type: "action-ack", action_id });
  report(drone, id, { status: "loading" });
  const host = `${id}.localhost:9090`;
  const asked = ask(proxy.port, { path: `/${token}/`, headers: { host } });
  report(drone, id, { status: "starting", pull_ms: 3_000 });
  const address = { host: "127.0.0.1", port: backend.port };
  report(drone, id, { status: "waiting", address, create_ms: 40, start_ms: 60 });
  report(drone, id, { status: "ready", address, first_answer_ms: 200 });
  expect((await asked).status).toBe(200);
  await waitFor("both to be told", async () => {
    const { body } = await hangar.call("GET", `/v1/backends/${id}`);
    return (body as { status: string }).status === "ready";
  });
  return connected;
}

const took = ({ startMs, endMs }: ToldSpan) => Math.round(endMs - startMs);

test("one trace leads from the caller over connect and the drone's steps to the first byte", async () => {
  await using collector = await FakeCollector.start();
  const { backend_id } = await wholeTrip(collector);
  const one = (name: string) => collector.one(name);
  const call = collector
    .named("connect")
    .find(({ attributes }) => attributes["hangar.backend"] === backend_id);
  if (call === undefined) throw new Error("the connect was not told of");
  expect(call).toMatchObject({
    ...{ service: "hangar-controller", kind: 2, parentSpanId: CALLER.spanId },
    attributes: { "hangar.spawned": true },
  });
  const place = collector.named("place").find(({ parentSpanId }) => parentSpanId === call.spanId);
  expect(place).toMatchObject({ service: "hangar-controller", failure: undefined });
  const spawn = one("spawn");
  expect(spawn).toMatchObject({ service: "hangar-drone", instance: "dr-one" });
  expect(spawn.parentSpanId).toBe(call.spanId);
  const steps = ["pull", "create", "start", "first answer"].map(one);
  expect(steps.map(took)).toEqual([3_000, 40, 60, 200]);
  expect(steps.map(({ parentSpanId }) => parentSpanId)).toEqual(steps.map(() => spawn.spanId));
  const request = one("request");
  expect(request).toMatchObject({ service: "hangar-proxy", instance: "px-one" });
  expect(request.parentSpanId).toBe(call.spanId);
  for (const name of ["route lookup", "backend"])
    expect(one(name).parentSpanId).toBe(request.spanId);
  expect(collector.named("hold").length).toBeGreaterThan(0);
  const traces = new Set(collector.spans.map(({ traceId }) => traceId));
  expect([...traces]).toEqual([CALLER.traceId]);
});

test("a connect that finds its backend gives its trace to its own token, and spawns no second one", async () => {
  await using collector = await FakeCollector.start();
  await using hangar = await aController({ tracing: { endpoint: collector.endpoint } });
  await using drone = await hangar.drone();
  await using proxy = await hangar.proxy();
  const key = { name: "doc" };
  await connect(hangar, { key, spawn: { image: "echo" } });
  const found = await connect(hangar, { key });
  expect(found.spawned).toBe(false);
  proxy.say({ type: "route-request", request_id: 1, token: found.token ?? "" });
  const { result } = await proxy.next("route-response");
  expect(result).toMatchObject({ kind: "route", route: { traceparent: expect.any(String) } });
  await drone.next("action");
  report(drone, found.backend_id, { status: "terminated", reason: "pullfailed", message: "no" });
  await waitFor("the end", async () => {
    const { body } = await hangar.call("GET", `/v1/backends/${found.backend_id}`);
    return (body as { status: string }).status === "terminated";
  });
  await hangar.controller[Symbol.asyncDispose]();
  const call = collector.named("connect").find(({ attributes }) => !attributes["hangar.spawned"]);
  const told = result.kind === "route" ? result.route.traceparent : undefined;
  expect(collector.spans.map(({ spanId }) => `00-${CALLER.traceId}-${spanId}-01`)).toContain(told);
  expect(call?.parentSpanId).toBe(CALLER.spanId);
  expect(collector.one("spawn")).toMatchObject({ failure: "pullfailed" });
});

test("a controller whose collector is gone serves as ever, and one without traces keeps none", async () => {
  await using hangar = await aController({ tracing: { endpoint: "http://127.0.0.1:9/v1/traces" } });
  await using _drone = await hangar.drone();
  expect((await connect(hangar, { spawn: { image: "echo" } })).spawned).toBe(true);
  await using plain = await aController();
  await using _other = await plain.drone();
  await using proxy = await plain.proxy();
  const { token } = await connect(plain, { spawn: { image: "echo" } });
  proxy.say({ type: "route-request", request_id: 1, token: token ?? "" });
  const { result } = await proxy.next("route-response");
  expect(result).not.toHaveProperty("route.traceparent");
  expect(result.kind).toBe("route");
});
