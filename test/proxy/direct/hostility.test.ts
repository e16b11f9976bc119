import { readdirSync, readlinkSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { createDirectEngine } from "../../../proxy/engines/direct-engine.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { type EngineFixture, startEngineFixture } from "../harness/engine-fixture.ts";
import { connectRaw } from "../harness/raw-peer.ts";

const start = (options = {}) => startEngineFixture(createDirectEngine, options);

/** Sockets that this process has open. */
function openSockets(): number {
  return readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith("socket:");
    } catch {
      return false;
    }
  }).length;
}

/** A backend that answers each head with `answer`, and forgets its connections. */
async function startAnswering(answer: (head: string) => string) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let received = "";
    socket.on("data", (bytes) => {
      received += bytes.toString("latin1");
      for (let end = received.indexOf("\r\n\r\n"); end >= 0; end = received.indexOf("\r\n\r\n")) {
        socket.write(answer(received.slice(0, end)), "latin1");
        received = received.slice(end + 4);
      }
    });
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as import("node:net").AddressInfo).port,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function forwardTo(fixture: EngineFixture, port: number): void {
  const upstream = { host: "127.0.0.1", port };
  fixture.decide = async (head) => fixture.forward(head, { upstream });
}

test("ten thousand WebSockets opened and closed leave nothing open", async () => {
  await using fixture = await start({ maxConnections: 20_000 });
  await using backend = await startAnswering(
    () => "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
  );
  forwardTo(fixture, backend.port);
  const before = openSockets();
  for (let round = 0; round < 40; round += 1) {
    const clients = await Promise.all(Array.from({ length: 250 }, () => connectRaw(fixture.port)));
    for (const client of clients) {
      client.send("GET / HTTP/1.1", "Host: h", "Connection: Upgrade", "Upgrade: websocket", "", "");
    }
    await Promise.all(clients.map((client) => client.takeHead()));
    for (const [index, { socket }] of clients.entries()) {
      if (index % 3 === 0) socket.resetAndDestroy();
      else socket.destroy();
    }
  }
  await waitFor("all to be over", () => fixture.open === 0 && backend.sockets.size === 0, 30_000);
  expect(fixture.begun).toBe(10_000);
  await waitFor("all sockets to be closed", () => openSockets() <= before);
}, 120_000);

test("a flood of connections that say nothing, or too little, goes by itself", async () => {
  await using fixture = await start({ headTimeoutMs: 300 });
  const clients = await Promise.all(Array.from({ length: 500 }, () => connectRaw(fixture.port)));
  for (const [index, client] of clients.entries()) if (index % 2 === 0) client.send("GET / HT");
  await waitFor("all to be hung up on", () =>
    clients.every(({ closed, ended }) => closed || ended),
  );
  expect(clients[0]?.received).toMatch(/^HTTP\/1.1 408 /);
  expect(fixture.heads).toEqual([]);
});

test("a head that comes byte by byte does not get more time for it", async () => {
  await using fixture = await start({ headTimeoutMs: 300 });
  const client = await fixture.client();
  client.send("GET / HTTP/1.1\r\nX: ");
  const dripping = setInterval(() => client.send("x"), 50);
  await waitFor("the end of patience", () => client.ended || client.closed);
  clearInterval(dripping);
  expect(client.received).toMatch(/^HTTP\/1.1 408 /);
});

test("a reset after each byte of a request leaves nothing behind", async () => {
  await using fixture = await start();
  const text =
    "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
  for (let length = 1; length <= text.length; length += 1) {
    const client = await fixture.client();
    client.send(text.slice(0, length));
    await waitFor("the bytes to be sent", () => client.socket.writableLength === 0);
    client.socket.resetAndDestroy();
  }
  await waitFor("all to be over", () => fixture.open === 0);
  await waitFor("the backend's sockets to close", () =>
    fixture.backend.peers.every(({ closed, ended }) => closed || ended),
  );
});

test.each([
  ["HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody", /body$/],
  [
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nX: 1\r\n\r\n",
    /0\r\nX: 1\r\n\r\n$/,
  ],
  ["HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 204 No\r\n\r\n", / 204 /],
])("a backend's reset after each byte of its answer is told or seen (%#)", async (text, whole) => {
  await using fixture = await start();
  for (let length = 0; length < text.length; length += 1) {
    const client = await fixture.client();
    client.send("GET / HTTP/1.1", "Host: h", "", "");
    const backend = await fixture.backend.accept();
    await backend.takeHead();
    backend.send(text.slice(0, length));
    await waitFor("the bytes to be sent", () => backend.socket.writableLength === 0);
    backend.socket.resetAndDestroy();
    await waitFor("an end", () => client.closed || /broken-answer$/.test(client.received));
    expect(client.received).not.toMatch(whole);
    client.socket.destroy();
  }
  await waitFor("all to be over", () => fixture.open === 0);
});

test.each(["in the same piece", "later"])(
  "what a backend says unasked, %s, is nobody's answer",
  async (when) => {
    await using fixture = await start();
    const first = await fixture.client();
    first.send("GET /1 HTTP/1.1", "Host: h", "", "");
    const one = await fixture.backend.accept();
    await one.takeHead();
    const unasked = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
    const isAtOnce = when === "in the same piece";
    one.send(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok${isAtOnce ? unasked : ""}`);
    await first.take(/\r\n\r\nok$/);
    if (!isAtOnce) one.send(unasked);
    await roundTrip(fixture);
    const second = await fixture.client();
    second.send("GET /2 HTTP/1.1", "Host: h", "", "");
    const asked = await waitFor("the second request", () =>
      fixture.backend.peers.find(({ received }) => received.includes("/2")),
    );
    expect(asked).not.toBe(one);
    asked.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood");
    expect(await second.take(/\r\n\r\n....$/)).toMatch(/good$/);
    expect(first.received).toBe("");
  },
);

/** What was sent before this has been read after it. */
async function roundTrip(fixture: EngineFixture): Promise<void> {
  const client = await fixture.client();
  client.send("no HTTP\r\n\r\n");
  await client.takeHead();
}

test.each([
  ["chunks that are none", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nx\r\n"],
  [
    "a forged trailer",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nSet-Cookie: a\r\n\r\n",
  ],
  ["a bare line feed", "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n"],
  ["hints without end", "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(100)],
  ["a head of many lines", `HTTP/1.1 200 OK\r\n${"a: b\r\n".repeat(101)}\r\n`],
  [
    "a length taken back",
    "HTTP/1.1 200 OK\r\nConnection: content-length\r\nContent-Length: 0\r\n\r\n",
  ],
])("%s from a backend are a broken answer", async (_what, answer) => {
  await using fixture = await start();
  const client = await fixture.client();
  client.send("GET / HTTP/1.1", "Host: h", "", "");
  const backend = await fixture.backend.accept();
  await backend.takeHead();
  backend.send(answer);
  expect(await client.take(/broken-answer$/)).toContain("HTTP/1.1 502 ");
  await backend.untilClosed();
});

test("chunks that go wrong after the answer has begun end the connection", async () => {
  await using fixture = await start();
  const client = await fixture.client();
  client.send("GET / HTTP/1.1", "Host: h", "", "");
  const backend = await fixture.backend.accept();
  backend.send("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "2\r\nok\r\n");
  await client.take(/ok\r\n$/);
  backend.send("0\r\nbad trailer\r\n\r\n");
  await client.untilClosed();
  expect(client.received).toBe("");
});

test("an upload whose chunks go wrong is refused, and the backend sees it cut", async () => {
  await using fixture = await start();
  const client = await fixture.client();
  client.send("POST / HTTP/1.1", "Host: h", "Transfer-Encoding: chunked", "", "2\r\nok\r\n");
  const backend = await fixture.backend.accept();
  await backend.take(/ok\r\n$/);
  client.send("+1\r\nx\r\n0\r\n\r\n");
  expect(await client.takeHead()).toMatch(/^HTTP\/1.1 400 /);
  await backend.untilClosed();
  expect(backend.received).toBe("");
});

test("a client that half-closes before its answer is taken for gone", async () => {
  await using fixture = await start();
  const client = await fixture.client();
  client.send("GET / HTTP/1.1", "Host: h", "", "");
  const backend = await fixture.backend.accept();
  await backend.takeHead();
  client.socket.end();
  await backend.untilClosed();
  await waitFor("the request to be over", () => fixture.open === 0);
});

test("a client that pipelines and does not read is held back", async () => {
  await using fixture = await start();
  await using backend = await startAnswering(
    () => `HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n${"x".repeat(10_000)}`,
  );
  forwardTo(fixture, backend.port);
  const client = await fixture.client();
  client.socket.pause();
  const batch = "GET / HTTP/1.1\r\nHost: h\r\n\r\n".repeat(10_000);
  let lastProgressMs = performance.now();
  let batches = 0;
  const pump = () => {
    lastProgressMs = performance.now();
    batches += 1;
    if (batches < 500) client.socket.write(batch, pump);
  };
  pump();
  await waitFor("the client to be held", () => performance.now() - lastProgressMs > 500);
  expect(batches).toBeLessThan(100);
  expect(fixture.heads.length).toBeLessThan(5_000);
});

test("no answer crosses to another client, whoever breaks off and when", async () => {
  await using fixture = await start();
  await using backend = await startAnswering((head) => {
    const body = `<${head.split(" ")[1]}>`.repeat(1 + (head.length % 500));
    return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  });
  forwardTo(fixture, backend.port);
  let answered = 0;
  const visit = async (visitor: number) => {
    let client = await fixture.client();
    for (let count = 0; count < 40; count += 1) {
      const path = `/${visitor}-${count}`;
      client.send(`GET ${path} HTTP/1.1`, "Host: h", `X-Pad: ${"p".repeat(count * 7)}`, "", "");
      if ((visitor * 7 + count * 3) % 5 === 0) {
        if (count % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
        client.socket.resetAndDestroy();
        client = await fixture.client();
        continue;
      }
      const head = await client.takeHead();
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
      await waitFor("the body", () => client.received.length >= length);
      expect(client.received).toBe(`<${path}>`.repeat(length / (path.length + 2)));
      client.received = "";
      answered += 1;
    }
    client.socket.destroy();
  };
  await Promise.all(Array.from({ length: 30 }, (_, visitor) => visit(visitor)));
  expect(answered).toBe(960);
  await waitFor("all to be over", () => fixture.open === 0);
});
