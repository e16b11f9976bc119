import { expect, test } from "vitest";
import type { Repeated } from "../../../proxy/engine.ts";
import { createDirectEngine } from "../../../proxy/engines/direct-engine.ts";
import { answerOf, type EngineFixture, startEngineFixture } from "../harness/engine-fixture.ts";
import type { RawPeer } from "../harness/raw-peer.ts";

const ANSWER = ["HTTP/1.1 200 OK", "Date: today", "Content-Length: 2", "", "ok"];

/** Forwards everything, and lets it be repeated as `again` says. */
async function startReusing(again: (target: string) => Repeated | undefined) {
  const fixture = await startEngineFixture(createDirectEngine);
  const varying = new Set(["x-request-id", "x-verified-path"]);
  fixture.decide = async (head) =>
    fixture.forward(head, {
      request: {
        remove: new Set(["connection"]),
        set: [
          ["x-request-id", "first"],
          ["x-ours", "1"],
          ["x-verified-path", head.target],
        ],
      },
      reuse: { varying, again },
    });
  return fixture;
}

let lastId = 0;
function repeatedFor(target: string): Repeated {
  lastId += 1;
  const requestId = `again-${lastId}`;
  return {
    requestId,
    path: target,
    varying: [
      ["x-request-id", requestId],
      ["x-verified-path", target],
    ],
  };
}

async function exchangeOn(
  client: RawPeer,
  backend: RawPeer,
  request: string[],
  answer = ANSWER,
): Promise<{ asked: string; answered: string }> {
  client.send(...request);
  const asked = await backend.takeHead();
  backend.send(...answer);
  return { asked, answered: await client.take(/\r\n\r\nok$/) };
}

const get = (path: string) => [`GET ${path} HTTP/1.1`, "Host: h", "X-Same: 1", "", ""];

async function first(fixture: EngineFixture) {
  const client = await fixture.client();
  client.send(...get("/first"));
  const backend = await fixture.backend.accept();
  const asked = await backend.takeHead();
  backend.send(...ANSWER);
  const answered = await client.take(/\r\n\r\nok$/);
  return { client, backend, asked, answered };
}

test("a request with equal header lines is forwarded without asking, with what is its own", async () => {
  await using fixture = await startReusing(repeatedFor);
  const { client, backend, asked } = await first(fixture);
  expect(asked).toContain("x-request-id: first\r\n");
  const second = await exchangeOn(client, backend, get("/second?q"));
  expect(fixture.heads).toHaveLength(1);
  expect(second.asked).toMatch(/^GET \/second\?q HTTP\/1.1\r\nHost: h\r\nX-Same: 1\r\n/);
  expect(second.asked.match(/x-request-id: .*/g)).toEqual([`x-request-id: again-${lastId}`]);
  expect(second.asked.match(/x-verified-path: .*/g)).toEqual(["x-verified-path: /second?q"]);
  expect(second.asked.match(/x-ours: .*/g)).toEqual(["x-ours: 1"]);
  expect(fixture.begun).toBe(2);
  expect(fixture.open).toBe(0);
});

test("a request is decided anew as soon as the gate wants it", async () => {
  let mayRepeat = true;
  await using fixture = await startReusing((target) =>
    mayRepeat ? repeatedFor(target) : undefined,
  );
  const { client, backend } = await first(fixture);
  await exchangeOn(client, backend, get("/second"));
  expect(fixture.heads).toHaveLength(1);
  mayRepeat = false;
  fixture.decide = async () => answerOf(410, "gone");
  client.send(...get("/third"));
  expect(await client.take(/gone$/)).toMatch(/^HTTP\/1.1 410 /);
  expect(fixture.heads.map(({ target }) => target)).toEqual(["/first", "/third"]);
});

test.each([
  ["another value", ["GET / HTTP/1.1", "Host: h", "X-Same: 2", "", ""]],
  ["a line more", ["GET / HTTP/1.1", "Host: h", "X-Same: 1", "X-More: 1", "", ""]],
  ["a line less", ["GET / HTTP/1.1", "Host: h", "", ""]],
  ["other letters", ["GET / HTTP/1.1", "host: h", "X-Same: 1", "", ""]],
  ["another order", ["GET / HTTP/1.1", "X-Same: 1", "Host: h", "", ""]],
  ["another version", ["GET / HTTP/1.0", "Host: h", "X-Same: 1", "", ""]],
])("a request with %s is decided for itself", async (_what, lines) => {
  await using fixture = await startReusing(repeatedFor);
  const { client, backend } = await first(fixture);
  await exchangeOn(client, backend, lines);
  expect(fixture.heads).toHaveLength(2);
});

test("what begins with the same lines and goes on is no equal head", async () => {
  await using fixture = await startReusing(repeatedFor);
  const { client } = await first(fixture);
  client.send("GET / HTTP/1.1", "Host: h", "X-Same: 1", " folded", "", "");
  expect(await client.takeHead()).toMatch(/^HTTP\/1.1 400 /);
});

test("equal bytes behind a malformed first line are refused", async () => {
  await using fixture = await startReusing(repeatedFor);
  const { client } = await first(fixture);
  client.send("GET  / HTTP/1.1", "Host: h", "X-Same: 1", "", "");
  expect(await client.takeHead()).toMatch(/^HTTP\/1.1 400 /);
});

test("equal heads with bodies carry each their own body", async () => {
  await using fixture = await startReusing(repeatedFor);
  const post = (path: string, body: string) => [
    `POST ${path} HTTP/1.1`,
    "Host: h",
    "Content-Length: 3",
    "",
    body,
  ];
  const client = await fixture.client();
  client.send(...post("/1", "one"));
  const backend = await fixture.backend.accept();
  await backend.take(/one$/);
  backend.send(...ANSWER);
  await client.take(/ok$/);
  client.send(...post("/2", "two"));
  expect(await backend.take(/two$/)).toMatch(/^POST \/2 /);
  expect(fixture.heads).toHaveLength(1);
});

test("equal heads cut into pieces, or sent at once, are read the same", async () => {
  await using fixture = await startReusing(repeatedFor);
  const { client, backend } = await first(fixture);
  const [line = "", ...rest] = get("/pieces");
  client.send(`${line}\r\nHost: `);
  client.send(rest.join("\r\n").slice("Host: ".length) + get("/behind").join("\r\n"));
  for (const path of ["/pieces", "/behind"]) {
    expect(await backend.takeHead()).toMatch(new RegExp(`^GET ${path} `));
    backend.send(...ANSWER);
    await client.take(/\r\n\r\nok/);
  }
});

test("an equal answer is rewritten once, and another one for itself", async () => {
  await using fixture = await startReusing(repeatedFor);
  const { client, backend, answered } = await first(fixture);
  const same = await exchangeOn(client, backend, get("/2"));
  expect(same.answered).toBe(answered);
  const other = ["HTTP/1.1 404 Not Found", "X-Other: 1", "Content-Length: 2", "", "ok"];
  const next = await exchangeOn(client, backend, get("/3"), other);
  expect(next.answered).toMatch(/^HTTP\/1.1 404 Not Found\r\nX-Other: 1\r\n/);
  expect(next.answered).not.toContain("today");
});

test("an answer to GET is not taken for one to HEAD, though their heads are equal", async () => {
  await using fixture = await startReusing(repeatedFor);
  const { client, backend } = await first(fixture);
  client.send("HEAD / HTTP/1.1", "Host: h", "X-Same: 1", "", "");
  await backend.takeHead();
  backend.send(...ANSWER.slice(0, -1), "");
  expect(await client.take(/\r\n\r\n$/)).toContain("Content-Length: 2");
  const { answered } = await exchangeOn(client, backend, get("/after"));
  expect(answered).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*ok$/);
  expect(fixture.heads).toHaveLength(1);
});

test("a request of HTTP/1.0 that must state its length is refused, though its lines are the last one's", async () => {
  await using fixture = await startReusing(repeatedFor);
  const client = await fixture.client();
  const lines = ["Host: h", "Connection: keep-alive", "", ""];
  client.send("GET /first HTTP/1.0", ...lines);
  const backend = await fixture.backend.accept();
  await backend.takeHead();
  backend.send(...ANSWER);
  await client.take(/\r\n\r\nok$/);
  client.send("POST /second HTTP/1.0", ...lines);
  expect(await client.takeHead()).toMatch(/^HTTP\/1\.1 400 /);
});
