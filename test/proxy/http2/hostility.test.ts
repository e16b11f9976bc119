import { expect, test } from "vitest";
import { createHttp2Engine } from "../../../proxy/engines/http2-engine.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { answerOf, type FixtureOptions, startEngineFixture } from "../harness/engine-fixture.ts";
import {
  block,
  connectHttp2,
  data,
  FRAME,
  frame,
  GET,
  type Http2Peer,
  headers,
  reset,
  windowSetting,
} from "../harness/http2-peer.ts";

const PROTOCOL_ERROR = 1;
const ENHANCE_YOUR_CALM = 11;
const POST = GET.map(([name, value]) => [name, name === ":method" ? "POST" : value] as const);

async function startHostile(options: FixtureOptions = {}, settings?: Buffer) {
  const fixture = await startEngineFixture(createHttp2Engine, options);
  const client = await connectHttp2(fixture.port, settings);
  return {
    fixture,
    client,
    async [Symbol.asyncDispose]() {
      client.peer.socket.destroy();
      await fixture[Symbol.asyncDispose]();
    },
  };
}

type Hostile = Awaited<ReturnType<typeof startHostile>>;

/** Another client is served as ever. */
async function expectServing({ fixture }: Hostile): Promise<void> {
  fixture.decide = async () => answerOf(204, "");
  const before = fixture.figures.answersByStatus.get(204) ?? 0;
  const other = await connectHttp2(fixture.port);
  other.request(1);
  await waitFor("its answer", () => (fixture.figures.answersByStatus.get(204) ?? 0) > before);
  other.peer.socket.destroy();
}

function refused(client: Http2Peer): number | undefined {
  return client.resetOf(1) ?? client.goneAway;
}

test.each([
  ["connection: close", "connection", "close"],
  ["a transfer coding", "transfer-encoding", "chunked"],
  ["an upgrade", "upgrade", "websocket"],
  ["keep-alive", "keep-alive", "timeout=5"],
  ["TE of more than trailers", "te", "gzip"],
  ["a name in capitals", "X-Big", "1"],
  ["a pseudo-header behind headers", ":path", "/other"],
  ["an unknown pseudo-header", ":status", "200"],
  ["a length that is none", "content-length", "+1"],
  ["a length that no body has", "content-length", "5"],
])("a request with %s is reset and reaches no gate", async (_kind, name, value) => {
  await using hostile = await startHostile();
  const { client, fixture } = hostile;
  client.request(1, [...GET, ["accept", "*/*"], [name, value]]);
  expect(await waitFor("the refusal", () => refused(client))).toBe(PROTOCOL_ERROR);
  expect(fixture.heads).toEqual([]);
  await expectServing(hostile);
});

test.each([
  ["a name with a space", "x y", "1"],
  ["a name with a colon", "x:y", "1"],
  ["an empty name", "", "1"],
  ["a line feed in a value", "x", "a\ny: b"],
  ["a carriage return in a value", "x", "a\rb"],
  ["a zero byte in a value", "x", "a\0b"],
])("of a request, %s goes no further", async (_kind, name, value) => {
  await using hostile = await startHostile();
  const { client, fixture } = hostile;
  client.request(1, [...GET, [name, value], ["x-good", "1"]]);
  await waitFor("the head", () => fixture.heads.length === 1);
  expect(fixture.heads[0]?.headers).toEqual([
    ["host", "h"],
    ["x-good", "1"],
  ]);
});

test.each([
  ["no method", GET.slice(1)],
  ["no path", GET.filter(([name]) => name !== ":path")],
  ["two paths", [...GET, [":path", "/"] as const]],
  ["two methods", [...GET, [":method", "GET"] as const]],
  ["an empty path", GET.map(([name, value]) => [name, name === ":path" ? "" : value] as const)],
])("a request with %s is reset and reaches no gate", async (_kind, pairs) => {
  await using hostile = await startHostile();
  hostile.client.request(1, pairs);
  await waitFor("the refusal", () => refused(hostile.client));
  expect(hostile.fixture.heads).toEqual([]);
});

const changed = (...changes: [string, string][]) =>
  GET.map(([name, value]) => [name, new Map(changes).get(name) ?? value] as const);

test.each([
  [
    "CONNECT",
    [
      [":method", "CONNECT"],
      [":authority", "h:443"],
    ] as const,
  ],
  ["a target that is no path", changed([":path", "http://other/"], [":scheme", "odd"])],
  ["a target that is no path, of http", changed([":path", "other"])],
  ["an asterisk that no OPTIONS asks for", changed([":path", "*"], [":scheme", "odd"])],
  ["a space in its path", changed([":path", "/a b"])],
  ["a line feed in its path", changed([":path", "/a\nb"])],
  ["a space in its method", changed([":method", "GET /evil"])],
  ["two names of its host", [...GET, ["host", "other"] as const]],
])("a request with %s reaches no gate", async (_kind, pairs) => {
  await using hostile = await startHostile();
  const { client, fixture } = hostile;
  client.request(1, pairs);
  await waitFor(
    "the refusal",
    () => refused(client) !== undefined || fixture.figures.answersByStatus.get(400) === 1,
  );
  expect(fixture.heads).toEqual([]);
  await expectServing(hostile);
});

test("more than a hundred lines are answered with 431, a crowd of cookies counting for one", async () => {
  await using hostile = await startHostile();
  const { client, fixture } = hostile;
  const crumbs = Array.from({ length: 150 }, (_, at) => ["cookie", `c${at}=1`] as const);
  client.request(1, [...GET, ...crumbs]);
  const head = await (await fixture.backend.accept()).takeHead();
  expect(head).toMatch(/cookie: c0=1; [^\r]*; c149=1\r\n/);
  client.request(3, [...GET, ...crumbs.map(([, value], at) => [`x-${at}`, value] as const)]);
  await waitFor("the refusal", () => fixture.figures.answersByStatus.get(431) === 1);
  expect(fixture.heads).toHaveLength(1);
  expect(fixture.figures.malformedRequests).toBe(1);
});

test("what a client expects but 100 is answered with 417", async () => {
  await using hostile = await startHostile();
  hostile.client.request(1, [...POST, ["expect", "miracles"]], { ends: false });
  await waitFor("it", () => hostile.fixture.figures.answersByStatus.get(417) === 1);
  expect(hostile.fixture.heads).toEqual([]);
});

test.each([
  ["more than", "12345678"],
  ["less than", "123"],
])("a body of %s its length is never passed on as a whole one", async (_kind, body) => {
  await using hostile = await startHostile();
  const { client, fixture } = hostile;
  client.request(1, [...POST, ["content-length", "5"]], { ends: false });
  const backend = await fixture.backend.accept();
  await backend.takeHead();
  client.send(data(1, body, true));
  await waitFor("the reset", () => refused(client));
  await backend.untilClosed();
  expect(backend.received.length).toBeLessThan(5);
  await waitFor("it to be over", () => fixture.open === 0);
});

test("a list of headers over the limit is refused, however small HPACK makes it", async () => {
  await using hostile = await startHostile();
  const { client, fixture } = hostile;
  await waitFor("the settings", () => client.frames.some(({ type }) => type === FRAME.settings));
  client.send(frame(FRAME.settings, 1, 0, Buffer.alloc(0)));
  const value = "x".repeat(3_000);
  const pairs = Array.from({ length: 5 }, (_, at) => [`x-${at}`, value] as const);
  // Remembered once (a literal of the dynamic table), repeated with one byte each.
  const literal = Buffer.concat([Buffer.of(0x40), block([["x-bomb", value]]).subarray(1)]);
  const bomb = Buffer.concat([block(GET), literal, Buffer.alloc(8_000, 0xbe)]);
  client.send(headers(1, bomb));
  await waitFor("the refusal", () => refused(client));
  expect(fixture.heads).toEqual([]);
  const other = await connectHttp2(fixture.port);
  other.request(1, [...GET, ...pairs]);
  await waitFor("what is under it to pass", () => fixture.heads.length === 1);
  other.peer.socket.destroy();
  await expectServing(hostile);
});

test("a head of continuations without end is cut off", async () => {
  await using hostile = await startHostile();
  const { client, fixture } = hostile;
  client.send(headers(1, block(GET), true, false));
  for (let count = 0; count < 200 && !client.peer.closed; count += 1) {
    client.send(frame(FRAME.continuation, 0, 1, block([[`x-${count}`, "1"]])));
  }
  await client.peer.untilClosed();
  expect(fixture.heads).toEqual([]);
  await expectServing(hostile);
});

test("a head that is begun and not ended is cut off in time", async () => {
  await using hostile = await startHostile({ headTimeoutMs: 100 });
  hostile.client.send(headers(1, block(GET), true, false));
  await hostile.client.peer.untilClosed();
});

test.each([
  ["pings", () => frame(FRAME.ping, 0, 0, Buffer.alloc(8))],
  ["settings", () => frame(FRAME.settings, 0, 0, windowSetting(65_535))],
  ["resets of streams that are none", (at: number) => reset(2 * at + 1)],
])("a flood of %s by a client that reads nothing is cut off", async (_kind, make) => {
  await using hostile = await startHostile();
  const { client } = hostile;
  client.peer.socket.pause();
  const flood = Buffer.concat(Array.from({ length: 1_000 }, (_, at) => make(at)));
  await waitFor("the end", async () => {
    if (client.peer.socket.destroyed) return true;
    await new Promise((resolve) => client.peer.socket.write(flood, resolve));
    return false;
  });
  await expectServing(hostile);
});

test("streams that are opened and reset at once are cut off before they make much work", async () => {
  await using hostile = await startHostile();
  const { client, fixture } = hostile;
  for (let count = 0; count < 5_000 && !client.peer.closed; count += 50) {
    const streams = Array.from({ length: 50 }, (_, at) => 2 * (count + at) + 1);
    client.send(...streams.flatMap((id) => [headers(id, block(GET)), reset(id)]));
  }
  await client.peer.untilClosed();
  expect(client.goneAway).toBe(ENHANCE_YOUR_CALM);
  expect(fixture.heads.length).toBeLessThan(600);
  expect(fixture.figures.upstreamConnects).toBeLessThan(600);
  await waitFor("all to be over", () => fixture.open === 0);
  await waitFor("the backend's sockets to close", () =>
    fixture.backend.peers.every(({ closed }) => closed),
  );
  await expectServing(hostile);
});

test("streams that the client makes the proxy reset count just so", async () => {
  await using hostile = await startHostile();
  const { client, fixture } = hostile;
  const tooLarge = Buffer.alloc(4);
  tooLarge.writeUInt32BE(0x7fffffff);
  for (let count = 0; count < 5_000 && !client.peer.closed; count += 50) {
    const streams = Array.from({ length: 50 }, (_, at) => 2 * (count + at) + 1);
    client.send(
      ...streams.flatMap((id) => [
        headers(id, block(GET)),
        frame(FRAME.windowUpdate, 0, id, tooLarge),
      ]),
    );
  }
  await client.peer.untilClosed();
  expect(fixture.heads.length).toBeLessThan(600);
  await waitFor("all to be over", () => fixture.open === 0);
});

test("a browser that leaves a page with all its requests under way is not cut off", async () => {
  await using hostile = await startHostile();
  const { client, fixture } = hostile;
  for (let page = 0; page < 2; page += 1) {
    const streams = Array.from({ length: 100 }, (_, at) => 2 * (100 * page + at) + 1);
    for (const id of streams) client.request(id);
    await waitFor("all requests", () => fixture.heads.length === 100 * (page + 1));
    client.send(...streams.map((id) => reset(id)));
    await waitFor("all to be over", () => fixture.open === 0);
  }
  fixture.decide = async () => answerOf(200, "still here");
  client.request(1_001);
  await waitFor("the answer", () => client.peer.received.includes("still here"));
});

test("a client that opens no window gets as long for its answer as an idle one, and then is reset", async () => {
  await using hostile = await startHostile({ keepAliveMs: 100 }, windowSetting(0));
  const { client, fixture } = hostile;
  client.request(1);
  const backend = await fixture.backend.accept();
  await backend.takeHead();
  backend.send("HTTP/1.1 200 OK", "Content-Length: 2", "", "ok");
  await waitFor("the reset", () => client.resetOf(1) !== undefined);
  fixture.decide = async () => answerOf(403, "no");
  client.request(3);
  await waitFor("the other's reset", () => client.resetOf(3) !== undefined);
  await waitFor("both to be over", () => fixture.open === 0 && fixture.entries.length === 2);
  await client.peer.untilClosed();
});

test("a client that opens no window holds its backend back", async () => {
  await using hostile = await startHostile({}, windowSetting(0));
  const { client, fixture } = hostile;
  client.request(1);
  const backend = await fixture.backend.accept();
  await backend.takeHead();
  backend.send("HTTP/1.1 200 OK", "Content-Length: 1000000000", "", "");
  const chunk = Buffer.alloc(1_000_000);
  let taken = 0;
  let lastTakenMs = performance.now();
  const pump = () => {
    lastTakenMs = performance.now();
    do taken += 1;
    while (taken < 200 && backend.socket.write(chunk));
  };
  backend.socket.on("drain", pump);
  pump();
  await waitFor("the writer to be held", () => performance.now() - lastTakenMs > 300);
  expect(taken).toBeLessThan(64);
});

test("a backend that does not read holds its client back", async () => {
  await using hostile = await startHostile();
  const { client, fixture } = hostile;
  client.request(1, POST, { ends: false });
  const backend = await fixture.backend.accept();
  await backend.takeHead();
  backend.socket.pause();
  const grants = () =>
    client.frames.filter(({ type, stream }) => type === FRAME.windowUpdate && stream === 1);
  const granted = () =>
    grants().reduce((sum, { payload }) => sum + payload.readUInt32BE(0), 65_535);
  let sent = 0;
  let lastSentMs = performance.now();
  await waitFor("the client to be held", () => {
    while (sent + 10_000 <= granted() && sent < 100_000_000) {
      client.send(data(1, "x".repeat(10_000)));
      sent += 10_000;
      lastSentMs = performance.now();
    }
    return performance.now() - lastSentMs > 300;
  });
  expect(sent).toBeLessThan(64_000_000);
});

test.each([
  ["x-verified-username", "eve"],
  ["x_verified_username", "eve"],
  ["x-forwarded-for", "eve"],
  ["cookie", "eve=1"],
])("the trailer %s reaches no backend", async (name, value) => {
  await using hostile = await startHostile();
  const { client, fixture } = hostile;
  client.request(1, POST, { ends: false });
  const backend = await fixture.backend.accept();
  client.send(
    data(1, "a"),
    headers(
      1,
      block([
        [name, value],
        ["x-sum", "1"],
      ]),
    ),
  );
  const received = await backend.take(/0\r\n(.+\r\n)*x-sum: 1\r\n(.+\r\n)*\r\n$/);
  expect(fixture.heads).toHaveLength(1);
  expect(received).not.toContain("eve");
});
