import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createBackend } from "../../../bench/proxy/backend/server.ts";
import { checkForwarding } from "../../../bench/proxy/check.ts";
import { AnswerReader } from "../../../bench/proxy/load/answer-reader.ts";
import { askAtRate } from "../../../bench/proxy/load/at-rate.ts";
import { Connection } from "../../../bench/proxy/load/connection.ts";
import { openWebSockets } from "../../../bench/proxy/load/idle.ts";
import { askInTurns } from "../../../bench/proxy/load/in-turns.ts";
import { FRAME, requestFor, requestsOf } from "../../../bench/proxy/requests.ts";

const REQUESTS = requestsOf({ head: "browser", answer: "small" });
const ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const ended: (() => void)[] = [];

afterEach(() => {
  for (const end of ended.splice(0).reverse()) end();
});

async function serve(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const port = await listen(
    createServer((socket) => {
      sockets.add(socket.on("error", () => undefined));
      onConnection(socket);
    }),
  );
  ended.push(() => {
    for (const socket of sockets) socket.destroy();
  });
  return port;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ended.push(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const backend = () => listen(createBackend());

async function connectionsTo(port: number, count: number): Promise<Connection[]> {
  const opening = Array.from({ length: count }, () => Connection.open(port, new AnswerReader()));
  const connections = await Promise.all(opening);
  ended.push(() => {
    for (const connection of connections) connection.close();
  });
  return connections;
}

test("the backend answers all that the check asks for", async () => {
  const port = await backend();
  await expect(checkForwarding(port, { isProxy: false })).resolves.toBeUndefined();
});

test("the check notices a proxy that sets no X-Forwarded-For", async () => {
  const port = await backend();
  await expect(checkForwarding(port, { isProxy: true })).rejects.toThrow("X-Forwarded-For");
});

test("the check notices a changed body", async () => {
  const port = await serve((socket) => {
    socket.on("data", () => socket.write(ANSWER));
  });
  await expect(checkForwarding(port, { isProxy: false })).rejects.toThrow("arrived changed");
});

test("the backend hangs up when its client does", async () => {
  const socket = connect({ host: "127.0.0.1", port: await backend(), allowHalfOpen: true });
  socket.end(requestFor("/documents/large"));
  let received = 0;
  for await (const chunk of socket) received += (chunk as Buffer).length;
  expect(received).toBeGreaterThan(1_000_000);
});

test("requests in turns are counted as they are answered", async () => {
  let asked = 0;
  const port = await serve((socket) => {
    socket.on("data", () => {
      asked += 1;
      socket.write(ANSWER);
    });
  });
  const { answered, tookMs } = await askInTurns(await connectionsTo(port, 3), REQUESTS, 60);
  expect(tookMs).toBeGreaterThanOrEqual(59);
  expect(answered).toBeGreaterThan(3);
  expect(asked - answered).toBeLessThanOrEqual(3);
});

test("echoes in turns go over WebSockets", async () => {
  const connections = await openWebSockets(await backend(), 5);
  ended.push(() => {
    for (const connection of connections) connection.close();
  });
  expect(connections).toHaveLength(5);
  expect((await askInTurns(connections, [FRAME], 40)).answered).toBeGreaterThan(5);
});

test("a stall is felt by all that was due meanwhile", async () => {
  let stalled = false;
  const port = await serve((socket) => {
    socket.on("data", () => {
      if (stalled) return void socket.write(ANSWER);
      stalled = true;
      setTimeout(() => socket.write(ANSWER), 200);
    });
  });
  const connections = await connectionsTo(port, 1);
  const latencies = await askAtRate(connections, REQUESTS, { perSecond: 100, ms: 200 });
  expect(latencies).toMatchObject({ asked: 20, unanswered: 0 });
  // Counted from when it was sent, all but one would have taken next to nothing.
  expect(latencies.p50Ms).toBeGreaterThan(80);
  expect(latencies.p99Ms).toBeGreaterThanOrEqual(199);
});

test("what is never answered counts with the time it has waited", async () => {
  const port = await serve((socket) => void socket.resume());
  const connections = await connectionsTo(port, 2);
  const latencies = await askAtRate(connections, REQUESTS, {
    perSecond: 100,
    ms: 50,
    patienceMs: 100,
  });
  expect(latencies).toMatchObject({ asked: 5, unanswered: 5 });
  expect(latencies.p50Ms).toBeGreaterThan(100);
});

test("a connection that breaks fails the run", async () => {
  const hangUp = (socket: Socket) => void socket.on("data", () => socket.end());
  const inTurns = await connectionsTo(await serve(hangUp), 2);
  await expect(askInTurns(inTurns, REQUESTS, 5_000)).rejects.toThrow("hung up");
  const atRate = await connectionsTo(await serve(hangUp), 2);
  const rate = { perSecond: 100, ms: 5_000 };
  await expect(askAtRate(atRate, REQUESTS, rate)).rejects.toThrow("hung up");
});
