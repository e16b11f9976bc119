import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { expect, test } from "vitest";
import { probe } from "../../../drone/probe/probe.ts";
import { freePort } from "../../../scripts/free-port.ts";
import { PROBE_CAP_MS, PROBE_FIRST_MS } from "../../../src/protocol/timings.ts";
import type { Clock } from "../../../src/shared/clock.ts";
import { TestClock } from "../../harness/test-clock.ts";
import { waitFor } from "../../harness/wait-for.ts";

async function listen(server: Server) {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

const app = (listener: RequestListener) => listen(createHttpServer(listener));
const rawApp = (onSocket: (socket: Socket) => void) =>
  listen(createServer((socket) => onSocket(socket.resume())));

/** Probes on a clock of the test's own, which moves until the probe has an answer. */
async function probed(port: number, path?: string, timeoutMs = 10_000) {
  const clock = new TestClock();
  const target = { host: "127.0.0.1", port, timeoutMs, ...(path !== undefined && { path }) };
  const asked = probe({ clock }, target, new AbortController().signal);
  let answered: boolean | undefined;
  void asked.then((result) => {
    answered = result;
  });
  await waitFor("an answer", async () => {
    await clock.advance(250);
    return answered !== undefined;
  });
  return { answered, afterMs: clock.monotonicMs() };
}

test("any HTTP answer to HEAD / will do, an error as well", async () => {
  const seen: string[] = [];
  await using server = await app((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.writeHead(500).end();
  });
  expect(await probed(server.port)).toMatchObject({ answered: true });
  expect(seen).toEqual(["HEAD /"]);
});

test("the connection is closed after the answer", async () => {
  await using server = await app((_request, response) => response.end());
  await probed(server.port);
  await waitFor("close", () => server.sockets.size === 0);
});

test("with a path, the app is ready at a status below 500", async () => {
  const statuses = [503, 500, 404];
  const seen: string[] = [];
  await using server = await app((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.writeHead(statuses.shift() ?? 200).end();
  });
  expect(await probed(server.port, "/healthz?deep=1")).toMatchObject({ answered: true });
  expect(seen).toEqual(Array(3).fill("GET /healthz?deep=1"));
});

test("an app that is unavailable until the deadline is not ready", async () => {
  await using server = await app((_request, response) => response.writeHead(503).end());
  expect(await probed(server.port, "/")).toMatchObject({ answered: false });
});

test("an app that never listens is given up at the deadline", async () => {
  const { answered, afterMs } = await probed(await freePort());
  expect(answered).toBe(false);
  expect(afterMs).toBeGreaterThanOrEqual(10_000);
});

test("an app that listens late is ready", async () => {
  const port = await freePort();
  const clock = new TestClock();
  const target = { host: "127.0.0.1", port, timeoutMs: 60_000 };
  const asked = probe({ clock }, target, new AbortController().signal);
  for (let tries = 0; tries < 5; tries += 1) await clock.advance(1_000);
  const server = createHttpServer((_request, response) => response.end()).listen(port, "127.0.0.1");
  await once(server, "listening");
  const moving = setInterval(() => void clock.advance(100), 5);
  expect(await asked).toBe(true);
  clearInterval(moving);
  server.closeAllConnections();
  server.close();
});

test("rubbish is no answer", async () => {
  await using server = await rawApp((socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"));
  expect(await probed(server.port)).toMatchObject({ answered: false });
});

test("an endless head is cut off", async () => {
  let connections = 0;
  await using server = await rawApp((socket) => {
    connections += 1;
    socket.write("HTTP/1.1 103 Early Hints\r\n");
    const pour = () => {
      while (!socket.destroyed && socket.write(`x: ${"y".repeat(4_000)}\r\n`));
    };
    socket.on("drain", pour);
    pour();
  });
  const off = new AbortController();
  const target = { host: "127.0.0.1", port: server.port, path: "/", timeoutMs: 60_000 };
  // The clock stands still: it is the length that ends the try.
  const asked = probe({ clock: new TestClock() }, target, off.signal);
  await waitFor("cut", () => connections === 1 && server.sockets.size === 0);
  off.abort();
  await expect(asked).rejects.toThrow();
});

test("an app that takes the question and says nothing is asked again", async () => {
  let connections = 0;
  await using server = await rawApp((socket) => {
    connections += 1;
    if (connections > 1) socket.end("HTTP/1.1 200 OK\r\n\r\n");
  });
  const { answered, afterMs } = await probed(server.port, undefined, 60_000);
  expect(answered).toBe(true);
  expect(afterMs).toBeGreaterThanOrEqual(5_000);
});

test("an app that takes two seconds to answer is ready", async () => {
  const pending: (() => void)[] = [];
  await using server = await app((_request, response) => {
    pending.push(() => response.end());
  });
  const clock = new TestClock();
  const target = { host: "127.0.0.1", port: server.port, timeoutMs: 60_000 };
  const asked = probe({ clock }, target, new AbortController().signal);
  await waitFor("question", () => pending.length === 1);
  await clock.advance(2_000);
  pending[0]?.();
  expect(await asked).toBe(true);
});

test("a probe that is called off lets go of its connection at once", async () => {
  await using server = await rawApp(() => undefined);
  const off = new AbortController();
  const target = { host: "127.0.0.1", port: server.port, timeoutMs: 60_000 };
  const asked = probe({ clock: new TestClock() }, target, off.signal);
  await waitFor("connection", () => server.sockets.size === 1);
  off.abort(new Error("called off"));
  await expect(asked).rejects.toThrow("called off");
  await waitFor("close", () => server.sockets.size === 0);
});

test("the pauses grow from 5 ms to 100 ms", async () => {
  await using server = await app((_request, response) => response.writeHead(503).end());
  const off = new AbortController();
  const pauses: number[] = [];
  const clock: Clock = {
    now: () => 0,
    monotonicMs: () => 0,
    async sleep(ms, signal) {
      // What is longer is the limit of one try.
      if (ms > PROBE_CAP_MS) return void (signal && (await once(signal, "abort")));
      pauses.push(ms);
      if (pauses.length === 20) off.abort();
    },
  };
  const target = { host: "127.0.0.1", port: server.port, path: "/", timeoutMs: 60_000 };
  await probe({ clock }, target, off.signal).catch(() => undefined);
  expect(pauses.at(0)).toBe(PROBE_FIRST_MS);
  expect(pauses.at(-1)).toBe(PROBE_CAP_MS);
  expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
});
