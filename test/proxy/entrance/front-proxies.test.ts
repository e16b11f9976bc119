import { expect, test } from "vitest";
import { waitFor } from "../../harness/wait-for.ts";
import { connectRaw } from "../harness/raw-peer.ts";
import { binaryHeader } from "./proxy-headers.ts";
import { startTestEntrance } from "./test-entrance.ts";

const EXPECTING = { proxyHeaderTimeoutMs: 60_000 };
const LOOPBACK = ["127.0.0.0/8"];

test("a trusted front proxy says who the client is, and the client's own words follow unlost", async () => {
  using entrance = await startTestEntrance(EXPECTING, LOOPBACK);
  const peer = await connectRaw(entrance.port);
  peer.socket.write(Buffer.concat([binaryHeader(), Buffer.from("hello ")]));
  const connection = await waitFor("the client", () => entrance.connections[0]);
  expect(connection).toMatchObject({ peerAddress: "203.0.113.7", secure: false });
  let heard = "";
  connection.socket.on("data", (chunk) => {
    heard += chunk;
  });
  peer.send("world");
  await waitFor("all of it", () => heard === "hello world");
});

test("a header that comes byte by byte is as good", async () => {
  using entrance = await startTestEntrance(EXPECTING, LOOPBACK);
  const peer = await connectRaw(entrance.port);
  for (const byte of Buffer.concat([binaryHeader(), Buffer.from("x")])) {
    peer.socket.write(Buffer.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const connection = await waitFor("the client", () => entrance.connections[0]);
  expect(connection.peerAddress).toBe("203.0.113.7");
  let heard = "";
  connection.socket.on("data", (chunk) => {
    heard += chunk;
  });
  await waitFor("the rest", () => heard === "x");
});

test("a front proxy that speaks for itself keeps its own address", async () => {
  using entrance = await startTestEntrance(EXPECTING, LOOPBACK);
  const peer = await connectRaw(entrance.port);
  peer.socket.write(binaryHeader({ command: 0x20 }));
  const connection = await waitFor("the client", () => entrance.connections[0]);
  expect(connection.peerAddress).toBe("127.0.0.1");
});

test.each<[string, readonly string[], Buffer]>([
  ["whom nobody trusts", ["10.0.0.0/8"], binaryHeader()],
  ["without a header", LOOPBACK, Buffer.from("GET / HTTP/1.1\r\n\r\n")],
  ["with a malformed one", LOOPBACK, binaryHeader({ command: 0x22 })],
])("a peer %s is closed, counted and noted", async (_who, trusted, bytes) => {
  using entrance = await startTestEntrance(EXPECTING, trusted);
  const peer = await connectRaw(entrance.port);
  peer.socket.write(bytes);
  await peer.untilClosed();
  expect(entrance.connections).toEqual([]);
  expect(entrance.figures.refusedConnections.get("proxy-protocol")).toBe(1);
  const [line = "{}"] = entrance.lines;
  expect(JSON.parse(line)).toMatchObject({ level: 20, peerAddress: "127.0.0.1" });
});

test("a header that does not come in time closes the connection", async () => {
  using entrance = await startTestEntrance({ proxyHeaderTimeoutMs: 50 }, LOOPBACK);
  const peer = await connectRaw(entrance.port);
  peer.socket.write(binaryHeader().subarray(0, 20));
  await peer.untilClosed();
  expect(entrance.figures.refusedConnections.get("proxy-protocol")).toBe(1);
});

test("a peer that hangs up before its header is whole is forgotten", async () => {
  using entrance = await startTestEntrance(EXPECTING, LOOPBACK);
  const peer = await connectRaw(entrance.port);
  peer.socket.end(binaryHeader().subarray(0, 20));
  await peer.untilClosed();
  await waitFor("the socket to be gone", () => entrance.clients.open === 0);
});

test("who waits for a header when the entrance closes is let go", async () => {
  using entrance = await startTestEntrance(EXPECTING, LOOPBACK);
  const peer = await connectRaw(entrance.port);
  peer.socket.write(binaryHeader().subarray(0, 5));
  await waitFor("the connection", () => entrance.clients.bytes().in === 5);
  entrance.stopAccepting();
  await peer.untilClosed();
});
