import { once } from "node:events";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { createHttp2Engine } from "../../proxy/engines/http2-engine.ts";
import { waitFor } from "../harness/wait-for.ts";
import { answerFigureConformance } from "./conformance/figures.ts";
import { answerOf, type EngineFixture, startEngineFixture } from "./harness/engine-fixture.ts";

type Options = Parameters<typeof startEngineFixture>[1];

/** An engine, its raw backend, and one client that speaks HTTP/2 without TLS. */
async function startHttp2(options: Options = {}) {
  const fixture = await startEngineFixture(createHttp2Engine, options);
  const client = connect(`http://127.0.0.1:${fixture.port}`);
  client.on("error", () => undefined);
  return {
    fixture,
    client,
    async [Symbol.asyncDispose]() {
      client.destroy();
      await fixture[Symbol.asyncDispose]();
    },
  };
}

function open(
  client: ClientHttp2Session,
  headers: OutgoingHttpHeaders = {},
  endStream = true,
): ClientHttp2Stream {
  const stream = client.request({ ":path": "/", ":authority": "h", ...headers }, { endStream });
  stream.on("error", () => undefined);
  return stream;
}

async function answerTo(
  stream: ClientHttp2Stream,
): Promise<IncomingHttpHeaders & { body: string }> {
  const [headers] = (await once(stream, "response")) as [IncomingHttpHeaders];
  return { ...headers, body: await text(stream) };
}

const OK = ["HTTP/1.1 200 OK", "Content-Length: 2", "", "ok"];

async function serveOne(fixture: EngineFixture, ...lines: string[]): Promise<string> {
  const backend = await fixture.backend.accept();
  const head = await backend.takeHead();
  backend.send(...lines);
  return head;
}

answerFigureConformance(
  (options) => startEngineFixture(createHttp2Engine, options),
  async ({ port }) => {
    const client = connect(`http://127.0.0.1:${port}`);
    client.on("error", () => undefined);
    const asked: Promise<string>[] = [];
    return {
      ask: () => void asked.push(text(open(client, { ":path": "/a" })).catch(() => "")),
      answer: async () => (await asked.at(-1)) ?? "",
      hangUp: () => client.destroy(),
    };
  },
);

test("a request goes to its backend by HTTP/1.1, with one host and one line of cookies", async () => {
  await using h2 = await startHttp2();
  const stream = open(h2.client, {
    ":path": "/a/b?c=d",
    ":authority": "x.example:8443",
    cookie: ["one=1", "two=2"],
    "x-own": "kept",
  });
  const [head, answer] = await Promise.all([serveOne(h2.fixture, ...OK), answerTo(stream)]);
  expect(head).toMatch(/^GET \/a\/b\?c=d HTTP\/1\.1\r\n/);
  expect(head).toContain("host: x.example:8443\r\n");
  expect(head).toContain("cookie: one=1; two=2\r\n");
  expect(head).toContain("x-own: kept\r\n");
  expect(head).not.toMatch(/content-length|transfer-encoding|^:/im);
  expect(answer).toMatchObject({ ":status": 200, "content-length": "2", body: "ok" });
  expect(h2.fixture.heads[0]).toMatchObject({ peerAddress: "127.0.0.1", isUpgrade: false });
});

test("what is meant for one hop stays there, cookies are told apart, and edits are made", async () => {
  await using h2 = await startHttp2();
  const { fixture } = h2;
  fixture.decide = async (head) =>
    fixture.forward(head, {
      response: {
        set: [["x-set", "yes"]],
        append: [["set-cookie", "own=1"]],
        defaults: [],
        refusedCookies: ["forged"],
      },
    });
  const stream = open(h2.client);
  const lines = [
    "HTTP/1.1 200 OK",
    "Connection: close, X-Hop",
    "X-Hop: gone",
    "Keep-Alive: timeout=5",
    "Set-Cookie: a=1",
    "Set-Cookie: forged=1",
    "Transfer-Encoding: chunked",
    "",
    "2\r\nok\r\n0\r\n\r\n",
  ];
  const [, answer] = await Promise.all([serveOne(fixture, ...lines), answerTo(stream)]);
  expect(answer).toMatchObject({ "x-set": "yes", "set-cookie": ["a=1", "own=1"], body: "ok" });
  for (const name of ["connection", "x-hop", "keep-alive", "transfer-encoding"]) {
    expect(answer[name]).toBeUndefined();
  }
});

test("many streams of one connection get each its own answer", async () => {
  await using h2 = await startHttp2();
  const streams = Array.from({ length: 40 }, (_, index) =>
    open(h2.client, { ":path": `/${index}` }),
  );
  const answers = Promise.all(streams.map(answerTo));
  for (let count = 0; count < streams.length; count += 1) {
    const backend = await h2.fixture.backend.accept();
    const path = /^GET (\S+)/.exec(await backend.takeHead())?.[1] ?? "";
    backend.send(
      "HTTP/1.1 200 OK",
      `Content-Length: ${path.length}`,
      "Connection: close",
      "",
      path,
    );
  }
  expect((await answers).map(({ body }) => body)).toEqual(streams.map((_, index) => `/${index}`));
  await waitFor("all to be over", () => h2.fixture.open === 0);
  expect(h2.fixture.begun).toBe(40);
});

test.each(["POST", "PUT", "DELETE", "GET"])(
  "a %s body without a length goes in chunks",
  async (method) => {
    await using h2 = await startHttp2();
    const stream = open(h2.client, { ":method": method }, false);
    stream.end("hello");
    const backend = await h2.fixture.backend.accept();
    const head = await backend.takeHead();
    expect(head.match(/transfer-encoding: chunked\r\n/gi)).toHaveLength(1);
    await backend.take(/5\r\nhello\r\n0\r\n\r\n$/);
    backend.send(...OK);
    expect((await answerTo(stream)).body).toBe("ok");
  },
);

test("a body of known length keeps it, and none is none", async () => {
  await using h2 = await startHttp2();
  const known = open(h2.client, { ":method": "POST", "content-length": "5" }, false);
  known.end("hello");
  const backend = await h2.fixture.backend.accept();
  expect(await backend.takeHead()).toMatch(/content-length: 5\r\n/i);
  await backend.take(/^hello$/);
  backend.send(...OK);
  await answerTo(known);
  const none = open(h2.client, { ":method": "POST" });
  const head = await backend.takeHead();
  expect(head).toMatch(/content-length: 0\r\n/i);
  expect(head).not.toMatch(/transfer-encoding/i);
  backend.send(...OK);
  expect((await answerTo(none)).body).toBe("ok");
});

test("what is large goes both ways whole", async () => {
  await using h2 = await startHttp2();
  const large = "0123456789".repeat(300_000);
  const stream = open(
    h2.client,
    { ":method": "POST", "content-length": String(large.length) },
    false,
  );
  stream.end(large);
  const backend = await h2.fixture.backend.accept();
  await backend.takeHead();
  await waitFor("the upload", () => backend.received.length === large.length);
  backend.send("HTTP/1.1 200 OK", `Content-Length: ${large.length}`, "", backend.received);
  const answer = await answerTo(stream);
  expect(answer.body === large).toBe(true);
});

test.each([
  ["HEAD", "200 OK", "7"],
  ["GET", "304 Not Modified", "7"],
  ["GET", "204 No Content", undefined],
])("the answer to %s with %s has no body", async (method, status, length) => {
  await using h2 = await startHttp2();
  const stream = open(h2.client, { ":method": method });
  const lines = [
    `HTTP/1.1 ${status}`,
    ...(length === undefined ? [] : [`Content-Length: ${length}`]),
  ];
  const [, answer] = await Promise.all([serveOne(h2.fixture, ...lines, "", ""), answerTo(stream)]);
  expect(answer.body).toBe("");
  expect(answer["content-length"]).toBe(length);
});

test("trailers, hints and the go-ahead pass", async () => {
  await using h2 = await startHttp2();
  const stream = open(h2.client, { ":method": "POST", expect: "100-continue" }, false);
  const informed: number[] = [];
  stream.on("headers", (headers) => informed.push(Number(headers[":status"])));
  await waitFor("the go-ahead", () => informed.includes(100));
  stream.end("x");
  const backend = await h2.fixture.backend.accept();
  expect(await backend.takeHead()).not.toMatch(/expect/i);
  backend.send("HTTP/1.1 103 Early Hints", "Link: </a>; rel=preload", "", "");
  await waitFor("the hint", () => informed.includes(103));
  const trailers = once(stream, "trailers");
  backend.send(
    "HTTP/1.1 200 OK",
    "Trailer: x-sum",
    "Transfer-Encoding: chunked",
    "",
    "1\r\na\r\n0\r\nx-sum: 1\r\n\r\n",
  );
  expect((await answerTo(stream)).body).toBe("a");
  expect((await trailers)[0]).toMatchObject({ "x-sum": "1" });
});

test.each(["GET", "POST"])(
  "the trailers of an answer to %s need no announcement, and some go no further",
  async (method) => {
    await using h2 = await startHttp2();
    // Of an upload that goes on meanwhile.
    const stream = open(h2.client, { ":method": method }, method === "GET");
    const trailers = once(stream, "trailers");
    const lines = [
      "Keep-Alive: timeout=5",
      "X-Verified-Username: eve",
      "Set-Cookie: a=1",
      "X-Sum: 1",
    ];
    const body = `1\r\na\r\n0\r\n${lines.join("\r\n")}\r\n\r\n`;
    const answered = answerTo(stream);
    await serveOne(h2.fixture, "HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", body);
    expect((await answered).body).toBe("a");
    expect(Object.entries((await trailers)[0])).toEqual([["x-sum", "1"]]);
    await waitFor("the stream to close", () => stream.closed);
    expect(stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
  },
);

test("a trailer that HTTP/2 cannot say resets its stream and no other", async () => {
  await using h2 = await startHttp2();
  const stream = open(h2.client);
  stream.resume();
  const body = "1\r\na\r\n0\r\nETag: 1\r\nETag: 2\r\n\r\n";
  await serveOne(h2.fixture, "HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", body);
  await waitFor("the end", () => stream.closed);
  expect(stream.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR);
  h2.fixture.decide = async () => answerOf(200, "ok");
  expect((await answerTo(open(h2.client))).body).toBe("ok");
});

test("what the gate answers is answered, and the rest of an upload is not wanted", async () => {
  await using h2 = await startHttp2();
  h2.fixture.decide = async () => answerOf(403, "no");
  const stream = open(h2.client, { ":method": "POST" }, false);
  stream.write("a");
  expect(await answerTo(stream)).toMatchObject({ ":status": 403, body: "no" });
  await waitFor("the stream to close", () => stream.closed);
  expect(stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
  expect(h2.fixture.begun).toBe(0);
});

test("a backend that cannot be reached, or gives no answer, is explained", async () => {
  await using h2 = await startHttp2();
  const { fixture } = h2;
  fixture.decide = async (head) =>
    fixture.forward(head, { upstream: { host: "127.0.0.1", port: 1 } });
  expect(await answerTo(open(h2.client))).toMatchObject({ ":status": 502, body: "unreachable" });
  fixture.decide = async (head) => fixture.forward(head);
  const stream = open(h2.client, { ":method": "POST" });
  const backend = await fixture.backend.accept();
  await backend.takeHead();
  backend.socket.destroy();
  expect(await answerTo(stream)).toMatchObject({ ":status": 502, body: "broken-answer" });
  await waitFor("both to be over", () => fixture.open === 0 && fixture.begun === 2);
});

test.each([
  ["HTTP/1.1 101 Switching Protocols", ""],
  ["HTTP/1.1 200 OK", "Transfer-Encoding: gzip"],
  ["HTTP/1.1 200 OK", "Content-Type: a\r\nContent-Type: b\r\nContent-Length: 0"],
])("an answer of %s with %j is not passed on", async (status, field) => {
  await using h2 = await startHttp2();
  const stream = open(h2.client);
  const lines = [status, ...(field === "" ? [] : [field]), "", ""];
  const [, answer] = await Promise.all([serveOne(h2.fixture, ...lines), answerTo(stream)]);
  expect(answer[":status"]).toBe(502);
  await waitFor("it to be over", () => h2.fixture.open === 0);
});

test.each(["Content-Length: 10\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"])(
  "an answer that breaks off after %j resets its stream and no other",
  async (sent) => {
    await using h2 = await startHttp2();
    const broken = open(h2.client);
    const backend = await h2.fixture.backend.accept();
    await backend.takeHead();
    backend.send("HTTP/1.1 200 OK", sent);
    await once(broken, "data");
    const closed = once(broken, "close");
    backend.socket.destroy();
    broken.resume();
    await closed.catch(() => undefined);
    expect(broken.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR);
    const whole = open(h2.client);
    const [, answer] = await Promise.all([serveOne(h2.fixture, ...OK), answerTo(whole)]);
    expect(answer.body).toBe("ok");
  },
);

test("a client that resets its stream, or is gone, ends its backend's request", async () => {
  await using h2 = await startHttp2();
  const reset = open(h2.client);
  const one = await h2.fixture.backend.accept();
  await one.takeHead();
  reset.close(constants.NGHTTP2_CANCEL);
  await one.untilClosed();
  open(h2.client);
  const two = await h2.fixture.backend.accept();
  await two.takeHead();
  h2.client.destroy();
  await two.untilClosed();
  await waitFor("both to be over", () => h2.fixture.open === 0);
});

test("a kept connection that its backend has closed is tried anew, but not for what is not idempotent", async () => {
  await using h2 = await startHttp2();
  for (const [method, expected] of [
    ["GET", "ok"],
    ["POST", "broken-answer"],
  ] as const) {
    const first = open(h2.client);
    const backend = await h2.fixture.backend.accept();
    await backend.takeHead();
    backend.send(...OK);
    await answerTo(first);
    const second = open(h2.client, { ":method": method });
    await backend.takeHead();
    backend.socket.resetAndDestroy();
    if (expected === "ok") await serveOne(h2.fixture, ...OK, "");
    expect((await answerTo(second)).body).toBe(expected);
  }
});

test("leaving lets what is under way end, takes nothing new, and closes the connection", async () => {
  await using h2 = await startHttp2();
  const stream = open(h2.client);
  const backend = await h2.fixture.backend.accept();
  await backend.takeHead();
  const left = h2.fixture.leave(10_000);
  await once(h2.client, "goaway");
  backend.send(...OK);
  expect((await answerTo(stream)).body).toBe("ok");
  await left;
  await waitFor("the connection to close", () => h2.client.destroyed || h2.client.closed);
});

test("leaving ends what takes longer than the drain, and what is idle at once", async () => {
  await using h2 = await startHttp2();
  open(h2.client);
  const backend = await h2.fixture.backend.accept();
  await backend.takeHead();
  await h2.fixture.leave(50);
  await backend.untilClosed();
  await using idle = await startHttp2();
  await once(idle.client, "remoteSettings");
  await idle.fixture.leave(10_000);
});

test("a connection that asks for nothing is closed, at first and after its last request", async () => {
  await using first = await startHttp2({ headTimeoutMs: 100 });
  await waitFor("the end", () => first.client.destroyed);
  await using kept = await startHttp2({ keepAliveMs: 100 });
  kept.fixture.decide = async () => answerOf(200, "ok");
  expect((await answerTo(open(kept.client))).body).toBe("ok");
  await waitFor("the end", () => kept.client.destroyed);
});

test("what is no HTTP/2 leaves no socket behind", async () => {
  await using h2 = await startHttp2();
  const peer = await h2.fixture.client();
  peer.send("GET / HTTP/1.1", "Host: h", "", "");
  await peer.untilClosed();
});
