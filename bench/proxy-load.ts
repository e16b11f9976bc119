import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { LoadOrder, LoadResult, PartHello } from "./proxy-part.ts";

// Raw sockets: the load must cost less than what it measures. One message is in flight on each.
const HOST = "abcdefghijklmn.localhost:9090";
const TOKEN = `hct_${"T".repeat(40)}`;
const REQUEST = Buffer.from(
  `GET /${TOKEN}/a/path?with=query HTTP/1.1\r\nHost: ${HOST}\r\nAccept: */*\r\nUser-Agent: bench\r\nCookie: hangar=${TOKEN}\r\n\r\n`,
);
const UPGRADE = `GET /${TOKEN}/ws HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
const MESSAGE = Buffer.from("a small message of 41 bytes, there and ba");
// Masked with zeros, so that the payload stands as it is; the echo comes back without the mask.
const FRAME = Buffer.concat([Buffer.from([0x82, 0x80 | MESSAGE.length, 0, 0, 0, 0]), MESSAGE]);
const ECHO_BYTES = 2 + MESSAGE.length;

process.on("message", async (order: LoadOrder) => {
  process.send?.((await run(order)) satisfies LoadResult);
});
process.send?.({ port: 0 } satisfies PartHello);

async function run({ workload, port, connections, ms }: LoadOrder): Promise<LoadResult> {
  const sockets: Socket[] = [];
  for (let count = 0; count < connections; count += 1) sockets.push(await open(port));
  const start = workload === "requests" ? exchangeRequests : exchangeFrames;
  const counts = await Promise.all(sockets.map((socket) => start(socket)));
  const startedMs = performance.now();
  const before = sum(counts);
  await new Promise((resolve) => setTimeout(resolve, ms));
  const perSecond = Math.round((sum(counts) - before) / ((performance.now() - startedMs) / 1_000));
  for (const socket of sockets) socket.destroy();
  return { perSecond };
}

interface Counter {
  answers: number;
}

/** All answers have the size of the first one. */
async function exchangeRequests(socket: Socket): Promise<Counter> {
  socket.write(REQUEST);
  const [first] = (await once(socket, "data")) as [Buffer];
  if (!first.toString("latin1").startsWith("HTTP/1.1 200 ")) {
    throw new Error(`not answered: ${first.toString("latin1", 0, 200)}`);
  }
  return pingPong(socket, REQUEST, first.length);
}

async function exchangeFrames(socket: Socket): Promise<Counter> {
  socket.write(UPGRADE);
  const [head] = (await once(socket, "data")) as [Buffer];
  if (!head.toString("latin1").startsWith("HTTP/1.1 101 ")) {
    throw new Error(`not upgraded: ${head.toString("latin1", 0, 200)}`);
  }
  return pingPong(socket, FRAME, ECHO_BYTES);
}

function pingPong(socket: Socket, message: Buffer, answerBytes: number): Counter {
  const counter = { answers: 0 };
  let received = 0;
  socket.on("data", (chunk) => {
    received += chunk.length;
    if (received < answerBytes) return;
    received -= answerBytes;
    counter.answers += 1;
    socket.write(message);
  });
  socket.write(message);
  return counter;
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  await once(socket, "connect");
  socket.on("error", () => undefined);
  return socket;
}

function sum(counters: readonly Counter[]): number {
  return counters.reduce((total, { answers }) => total + answers, 0);
}
