import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { startProxy } from "../../proxy/index.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { recordingLog } from "../harness/recording-log.ts";
import { waitFor } from "../harness/wait-for.ts";
import { ask } from "./harness/ask.ts";
import { startEchoBackend } from "./harness/echo-backend.ts";
import { CLUSTER_HOST, HOST, type ProxyFixture, startFixture } from "./harness/proxy-fixture.ts";
import { BACKEND, routeTo, TOKEN } from "./harness/scripted-controller.ts";

async function openWebSocket({ port }: ProxyFixture): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/${TOKEN}/ws`, { headers: { host: HOST } });
  await once(socket, "open");
  return socket;
}

function asked(fixture: ProxyFixture, path = `/${TOKEN}/`) {
  return ask(fixture.port, { path, headers: { host: HOST } });
}

describe("a live proxy", () => {
  test("holds a request until its backend is ready", async () => {
    await using fixture = await startFixture();
    fixture.controller.answer = () => routeTo(1, { status: "starting" });
    const held = asked(fixture);
    await waitFor("the question", () => fixture.controller.asked.length === 1);
    const address = { host: "127.0.0.1", port: fixture.backend.port };
    fixture.controller.push({
      type: "backend-changed",
      backend_id: BACKEND,
      status: "ready",
      address,
    });
    expect((await held).status).toBe(200);
  });

  test("leaves a backend's old address, pooled connections too, once it is found elsewhere", async () => {
    await using fixture = await startFixture();
    await using moved = await startEchoBackend();
    expect((await asked(fixture)).status).toBe(200);
    expect(fixture.backend.openSockets).toBe(1);
    let strayed = 0;
    fixture.backend.onRequest = (_request, response) => {
      strayed += 1;
      response.end();
    };
    const address = { host: "127.0.0.1", port: moved.port };
    const news = { backend_id: BACKEND, status: "ready", address } as const;
    fixture.controller.push({ type: "backend-changed", ...news });
    await waitFor("the news to arrive", async () => {
      strayed = 0;
      await asked(fixture);
      return moved.openSockets === 1;
    });
    for (let count = 0; count < 5; count += 1) await asked(fixture);
    expect(strayed).toBe(0);
  });

  test("answers a held request at once when its backend ends, with why", async () => {
    await using fixture = await startFixture();
    fixture.controller.answer = () => routeTo(1, { status: "loading" });
    const held = asked(fixture);
    await waitFor("the question", () => fixture.controller.asked.length === 1);
    const ended = { status: "terminated", reason: "pullfailed" } as const;
    fixture.controller.push({ type: "backend-changed", backend_id: BACKEND, ...ended });
    const reply = await held;
    expect(reply.status).toBe(410);
    expect(reply.body).toContain("pullfailed");
  });

  test("sends nobody to a backend that has begun to end", async () => {
    await using fixture = await startFixture();
    expect((await asked(fixture)).status).toBe(200);
    fixture.controller.answer = () => ({
      kind: "refused",
      code: "backend-ended",
      message: "ended",
    });
    const ending = { status: "terminating", reason: "external" } as const;
    fixture.controller.push({ type: "backend-changed", backend_id: BACKEND, ...ending });
    await waitFor("the refusal", async () => (await asked(fixture)).status === 410);
  });

  test("works on without its controller, says so, and asks again when it is back", async () => {
    await using fixture = await startFixture();
    const { controller, proxy } = fixture;
    const socket = await openWebSocket(fixture);
    await controller.lose();
    await waitFor("the loss to be noticed", () => !proxy.connected);
    expect((await asked(fixture)).status).toBe(200);
    const unknown = await asked(fixture, `/hct_${"V".repeat(40)}/`);
    expect(unknown.status).toBe(503);
    expect(unknown.headers["retry-after"]).toBe("2");
    expect((await ask(fixture.port, { path: "/ready" })).status).toBe(503);
    expect((await ask(fixture.port, { path: "/health" })).status).toBe(200);
    const askedBefore = controller.asked.length;
    await controller.listen();
    await waitFor("the connection to be back", () => proxy.connected);
    expect((await ask(fixture.port, { path: "/ready", headers: { host: HOST } })).status).toBe(200);
    expect((await asked(fixture)).status).toBe(200);
    expect(controller.asked.length).toBe(askedBefore + 1);
    socket.send("still here");
    expect(String((await once(socket, "message"))[0])).toBe("still here");
    await waitFor("the open socket to be told again", () => controller.activity.at(-1)?.open === 1);
    socket.close();
  });

  test("tells of an open WebSocket at once, and of its end", async () => {
    await using fixture = await startFixture({ activityIntervalMs: 200 });
    const { activity } = fixture.controller;
    const socket = await openWebSocket(fixture);
    await waitFor("the first report", () => activity.length > 0);
    expect(activity[0]).toEqual({ backend_id: BACKEND, open: 1, idle_ms: 0 });
    socket.close();
    await waitFor("the last report", () => activity.at(-1)?.open === 0);
    const told = fixture.controller.batches.length;
    await asked(fixture);
    await waitFor("the next request's end", () => {
      const later = fixture.controller.batches.slice(told).flat();
      return later.length > 1 && later.at(-1)?.open === 0;
    });
  });

  test("tells how busy it is with each sign of life", async () => {
    await using fixture = await startFixture();
    const { loads, problems } = fixture.controller;
    const socket = await openWebSocket(fixture);
    await waitFor("the rate", () => loads.some((load) => load.requests_per_second > 0));
    await waitFor("the socket", () => loads.at(-1)?.requests_open === 1);
    expect(loads.at(-1)).toMatchObject({ connections: 1, active_backends: 1 });
    socket.close();
    await waitFor("its end", () => loads.at(-1)?.connections === 0);
    await waitFor("rest", () => loads.at(-1)?.active_backends === 0);
    expect(loads.at(-1)).toMatchObject({ requests_open: 0, requests_per_second: 0 });
    expect(problems).toEqual([]);
  });

  test("counts a stream as open for its whole life", async () => {
    await using fixture = await startFixture();
    const { activity } = fixture.controller;
    let end = () => undefined as undefined;
    fixture.backend.onRequest = (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
      end = () => void response.end();
    };
    const options = { host: "127.0.0.1", port: fixture.port, path: `/${TOKEN}/sse`, agent: false };
    const request = get({ ...options, headers: { host: HOST } });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    await once(response, "data");
    const { batches } = fixture.controller;
    await waitFor("several reports", () => batches.length >= 4);
    expect(activity).toEqual([{ backend_id: BACKEND, open: 1, idle_ms: 0 }]);
    end();
    response.resume();
    await waitFor("the last report", () => activity.at(-1)?.open === 0);
  });

  test("leaves with 1001 for WebSockets and a last report of activity", async () => {
    const fixture = await startFixture({ drainMs: 100, activityIntervalMs: 60_000 });
    const socket = await openWebSocket(fixture);
    const closed = once(socket, "close");
    await fixture.proxy[Symbol.asyncDispose]();
    expect((await closed)[0]).toBe(1_001);
    await waitFor("the last report", () => fixture.controller.activity.at(-1)?.open === 0);
    await expect(ask(fixture.port, { path: "/ready" })).rejects.toThrow("ECONNREFUSED");
    await fixture[Symbol.asyncDispose]();
  });

  test("names the port that is in use", async () => {
    await using fixture = await startFixture();
    const { log } = recordingLog();
    const again = startProxy(
      { clock: systemClock, log },
      {
        controllerUrl: fixture.controller.url,
        key: "hak_test",
        name: "px-two",
        cluster: CLUSTER_HOST,
        host: "127.0.0.1",
        port: fixture.port,
        trustedProxies: [],
      },
    );
    await expect(again).rejects.toThrow(`127.0.0.1:${fixture.port}`);
    await expect(again).rejects.toHaveProperty("cause.code", "EADDRINUSE");
  });
});
