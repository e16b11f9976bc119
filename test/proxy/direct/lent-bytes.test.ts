import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { kept, READ_BUFFER, readFrom } from "../../../proxy/engines/direct/lent-bytes.ts";
import { createDirectEngine } from "../../../proxy/engines/direct-engine.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { startEngineFixture } from "../harness/engine-fixture.ts";
import { connectRaw, type RawPeer } from "../harness/raw-peer.ts";

/** A client and its end of a server, which nobody reads yet. */
async function aPair() {
  const server = createServer({ allowHalfOpen: true }).listen(0, "127.0.0.1");
  const accepted = once(server, "connection") as Promise<[Socket]>;
  await once(server, "listening");
  const client = await connectRaw((server.address() as AddressInfo).port);
  const [socket] = await accepted;
  return {
    client,
    socket,
    async [Symbol.asyncDispose]() {
      client.socket.destroy();
      socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

test("what a server's socket reads is lent, and what is kept is a copy", async () => {
  await using pair = await aPair();
  const received: Buffer[] = [];
  let lent = 0;
  readFrom(pair.socket, {
    onBytes(bytes) {
      if (bytes.buffer === READ_BUFFER.buffer) lent += 1;
      received.push(kept(bytes));
    },
  });
  for (const word of ["one", "two", "three"]) {
    pair.client.send(word);
    await waitFor(word, () => received.at(-1)?.toString() === word);
  }
  expect(received.map(String)).toEqual(["one", "two", "three"]);
  expect(lent).toBe(3);
  const own = Buffer.from("own");
  expect(kept(own)).toBe(own);
});

test("a paused socket reads nothing, and its end is heard", async () => {
  await using pair = await aPair();
  let received = "";
  readFrom(pair.socket, {
    onBytes: (bytes) => {
      received += bytes.toString();
    },
  });
  pair.socket.pause();
  pair.client.send("later");
  await new Promise((resolve) => pair.client.socket.write("", resolve));
  for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate);
  expect(received).toBe("");
  const ended = once(pair.socket, "end");
  pair.socket.resume();
  await waitFor("the bytes", () => received === "later");
  pair.client.socket.end();
  await ended;
});

test("what was read before and put back comes first", async () => {
  await using pair = await aPair();
  pair.client.send("first");
  await once(pair.socket, "readable");
  pair.socket.unshift(pair.socket.read() as Buffer);
  let received = "";
  readFrom(pair.socket, {
    onBytes: (bytes) => {
      received += bytes.toString();
    },
  });
  await waitFor("what was put back", () => received === "first");
  pair.client.send(" second");
  await waitFor("the rest", () => received === "first second");
});

const UPGRADE = ["Connection: Upgrade", "Upgrade: tcp"];
const GET = ["GET / HTTP/1.1", "Host: h"];
const AGREED = ["HTTP/1.1 101 Switching Protocols", ...UPGRADE];

/** What is said before bytes flow, and to whom they do. */
const WAYS: { name: string; request: string[]; answer: string[]; to: "client" | "backend" }[] = [
  { name: "an answer", request: GET, answer: ["HTTP/1.1 200 OK", "SIZE"], to: "client" },
  { name: "an upload", request: ["POST / HTTP/1.1", "Host: h", "SIZE"], answer: [], to: "backend" },
  { name: "a tunnel's answers", request: [...GET, ...UPGRADE], answer: AGREED, to: "client" },
  { name: "a tunnel's questions", request: [...GET, ...UPGRADE], answer: AGREED, to: "backend" },
];

test.each(WAYS)("bytes that wait for a slow reader stay what they were, in $name", async (way) => {
  await using fixture = await startEngineFixture(createDirectEngine);
  const bodies = [1, 2].map((salt) => {
    const numbers = Uint32Array.from({ length: 6_000_000 }, (_, at) => at * 4 + salt);
    return Buffer.from(numbers.buffer);
  });
  const pairs: { reader: RawPeer; writer: RawPeer }[] = [];
  for (const { length } of bodies) {
    const sized = (lines: string[]) =>
      lines.map((line) => (line === "SIZE" ? `Content-Length: ${length}` : line));
    const client = await fixture.client();
    client.send(...sized(way.request), "", "");
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    if (way.answer.length > 0) {
      backend.send(...sized(way.answer), "", "");
      await client.takeHead();
    }
    const [reader, writer] = way.to === "client" ? [client, backend] : [backend, client];
    reader.socket.pause();
    pairs.push({ reader, writer });
  }
  for (const [index, { writer }] of pairs.entries()) writer.socket.write(bodies[index] ?? "");
  await untilHeld(pairs.map(({ writer }) => writer.socket));
  // One of the two goes on first: what it reads must not fall into what the other has waiting.
  for (const [index, { reader }] of pairs.entries()) {
    reader.socket.resume();
    const body = bodies[index] ?? Buffer.alloc(0);
    await waitFor("the whole body", () => reader.received.length >= body.length);
    expect(Buffer.from(reader.received, "latin1").equals(body)).toBe(true);
  }
});

async function untilHeld(writers: readonly Socket[]): Promise<void> {
  let lastWritten = -1;
  let lastProgressMs = performance.now();
  await waitFor("the writers to be held", () => {
    const written = writers.reduce(
      (sum, { bytesWritten, writableLength }) => sum + bytesWritten - writableLength,
      0,
    );
    if (written !== lastWritten) lastProgressMs = performance.now();
    lastWritten = written;
    return performance.now() - lastProgressMs > 300;
  });
  expect(writers.every(({ writableLength }) => writableLength > 0)).toBe(true);
}
