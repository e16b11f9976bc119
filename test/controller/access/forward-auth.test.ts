import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeEach, expect, test } from "vitest";
import { ForwardAuth } from "../../../controller/access/forward-auth.ts";
import type { Session } from "../../../src/protocol/api-key.ts";
import type { AuditList } from "../../../src/protocol/audit.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { TestClock } from "../../harness/test-clock.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { aController } from "../a-controller.ts";

type Answer = (response: ServerResponse) => void;
const yes: Answer = (response) => response.end("welcome");

let answer: Answer = yes;
const asked: IncomingMessage[] = [];
const service = createServer((request, response) => {
  asked.push(request);
  answer(response);
}).listen(0, "127.0.0.1");
await once(service, "listening");
const port = (service.address() as AddressInfo).port;
const hangar = await aController({
  forwardAuth: `http://hangar:s%2Fecret@127.0.0.1:${port}/check`,
});

const STAYS = new AbortController().signal;
const REQUEST = {
  method: "GET",
  path: "/v1/drones",
  address: "127.0.0.1",
  host: "localhost:8080",
  protocol: "http",
  headers: {},
};

beforeEach(() => {
  asked.length = 0;
  answer = yes;
});
afterAll(async () => {
  await hangar[Symbol.asyncDispose]();
  service.closeAllConnections();
  service.close();
});

function ask(path: string, init: RequestInit = {}) {
  return fetch(hangar.controller.url + path, init);
}

test("who has no key of ours is asked about: method, headers, path, and no body", async () => {
  const headers = {
    authorization: "Bearer theirs",
    cookie: "sso=1",
    "content-type": "application/json",
  };
  const response = await ask("/v1/drones/dr-none/drain?x=1", {
    method: "POST",
    headers: { ...headers, "x-original-path": "/forged" },
    body: "{}",
  });
  // Let in, and so far that the query is looked at.
  expect(response.status).not.toBe(401);
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({ method: "POST", url: "/check" });
  expect(asked[0]?.headers).toMatchObject({
    authorization: "Bearer hangar:s/ecret",
    "x-original-authorization": "Bearer theirs",
    "x-original-path": "/v1/drones/dr-none/drain",
    cookie: "sso=1",
    "content-length": "0",
  });
});

test("keys of ours and public routes are not asked about", async () => {
  expect((await hangar.call("GET", "/v1/drones")).status).toBe(200);
  expect((await hangar.call("GET", "/v1/drones", undefined, "hak_wrong")).status).toBe(401);
  expect((await ask("/health")).status).toBe(200);
  expect((await ask("/v1/nothing")).status).toBe(404);
  expect(asked).toHaveLength(0);
});

test("2xx is an admin, unless the answer says less; and stands in the trail by the name it gives", async () => {
  const who = async () => (await (await ask("/v1/session")).json()) as Session;
  expect((await who()).key).toMatchObject({ scopes: ["admin"], namespace: null });
  answer = (response) => {
    response.setHeader("x-hangar-scopes", "connect, read");
    response.setHeader("x-hangar-namespace", "blue");
    response.setHeader("x-hangar-user", "ada");
    response.writeHead(204).end();
  };
  expect((await who()).key).toEqual({
    id: "forward-auth",
    name: "ada",
    scopes: ["connect", "read"],
    namespace: "blue",
  });
  expect((await ask("/v1/drones")).status).toBe(403);
  answer = (response) => response.setHeader("x-hangar-user", "ada").end();
  const body = JSON.stringify({ name: "by ada", scopes: ["read"] });
  const headers = { "content-type": "application/json" };
  await ask("/v1/api-keys", { method: "POST", headers, body });
  const trail = (await hangar.call("GET", "/v1/audit?limit=1")).body as AuditList;
  expect(trail.entries).toMatchObject([
    { key_id: null, key_name: "ada", action: "api-key.create" },
  ]);
});

test.each([
  ["a refusal", 401, (response: ServerResponse) => response.writeHead(403).end()],
  ["a failure", 401, (response: ServerResponse) => response.writeHead(500).end()],
  [
    "a redirect, which is not followed",
    401,
    (response: ServerResponse) => response.writeHead(302, { location: "/yes" }).end(),
  ],
  ["a broken connection", 503, (response: ServerResponse) => response.destroy()],
  [
    "a scope that there is not",
    503,
    (response: ServerResponse) => response.setHeader("x-hangar-scopes", "admin, root").end(),
  ],
])("%s lets nobody in: %i", async (_what, status, script) => {
  answer = script;
  expect((await ask("/v1/drones")).status).toBe(status);
  expect(asked).toHaveLength(1);
});

test("a page of another origin cannot use the cookie that the service goes by", async () => {
  const headers = { cookie: "sso=1", "sec-fetch-site": "same-site" };
  expect((await ask("/v1/drones", { headers })).status).toBe(403);
});

const FROM_A_PROXY = {
  forwarded: "for=192.0.2.1",
  "x-real-ip": "192.0.2.1",
  "x-forwarded-for": "192.0.2.1, 192.0.2.2",
  "x-forwarded-host": "hangar.example",
  "x-forwarded-proto": "https",
  "x-forwarded-uri": "/forged",
};

test("where a request comes from is told as the API knows it, not as the client says", async () => {
  await ask("/v1/drones", { headers: FROM_A_PROXY });
  const { headers } = asked[0] ?? {};
  expect(headers).toMatchObject({
    "x-forwarded-for": "127.0.0.1",
    "x-forwarded-host": new URL(hangar.controller.url).host,
    "x-forwarded-proto": "http",
  });
  expect(JSON.stringify(headers)).not.toMatch(/192\.0\.2|forged|hangar\.example/);
});

test("a proxy that is trusted may say so", async () => {
  await using behind = await aController({
    forwardAuth: `http://127.0.0.1:${port}/`,
    trustedProxies: ["127.0.0.1"],
  });
  await fetch(`${behind.controller.url}/v1/drones`, { headers: FROM_A_PROXY });
  expect(asked[0]?.headers).toMatchObject({
    // The last before those who are trusted.
    "x-forwarded-for": "192.0.2.2",
    "x-forwarded-host": "hangar.example",
    "x-forwarded-proto": "https",
  });
  expect(JSON.stringify(asked[0]?.headers)).not.toMatch(/192\.0\.2\.1|forged/);
});

test("nobody is asked any more for a client that has hung up", async () => {
  let hungUp = false;
  answer = (response) => {
    response.once("close", () => {
      hungUp = true;
    });
  };
  const leave = new AbortController();
  const left = ask("/v1/drones", { signal: leave.signal }).catch(() => undefined);
  await waitFor("the question", () => asked.length === 1);
  leave.abort();
  await left;
  await waitFor("its end, long before its time is over", () => hungUp);
});

test("a client that has gone waits in no line, and is no failure of the service", async () => {
  answer = () => undefined;
  const { log, lines } = recordingLog();
  const auth = new ForwardAuth({ clock: new TestClock(), log }, `http://127.0.0.1:${port}/`);
  const gone = new AbortController();
  const answers = Array.from({ length: 66 }, () =>
    auth.ask(REQUEST, gone.signal).catch((error: Error) => error.message),
  );
  await waitFor("as many as there may be", () => asked.length === 64);
  gone.abort();
  expect(await Promise.all(answers)).toHaveLength(66);
  expect(lines).toEqual([]);
  answer = yes;
  expect((await auth.ask(REQUEST, STAYS)).scopes).toEqual(["admin"]);
  expect(asked).toHaveLength(65);
});

test("a service that fails is told of once a minute, and once when it works again", async () => {
  const clock = new TestClock();
  const { log, lines } = recordingLog();
  const auth = new ForwardAuth({ clock, log }, `http://127.0.0.1:${port}/`);
  const fails = async (script: Answer) => {
    answer = script;
    await expect(auth.ask(REQUEST, STAYS)).rejects.toThrow();
  };
  const broken: Answer = (response) => response.destroy();
  const failing: Answer = (response) => response.writeHead(500).end();
  for (let times = 0; times < 5; times += 1) await fails(broken);
  await clock.advance(60_000);
  await fails(failing);
  await fails((response) => response.setHeader("x-hangar-scopes", "root").end());
  await fails((response) => response.writeHead(403).end());
  answer = yes;
  await auth.ask(REQUEST, STAYS);
  const told = lines.map((line) => JSON.parse(line));
  expect(told).toMatchObject([
    { level: 40, msg: "forward-auth fails", failures: 1 },
    { level: 40, msg: "forward-auth fails", failures: 5, status: 500 },
    { level: 30, msg: "forward-auth works again", failures: 1 },
  ]);
});

test("a refusal for the service's sake is no warning of its own", async () => {
  answer = (response) => response.destroy();
  const warnings = () => hangar.logLines.filter((line) => /"level":40/.test(line)).length;
  const before = warnings();
  for (let times = 0; times < 5; times += 1) expect((await ask("/v1/drones")).status).toBe(503);
  expect(warnings() - before).toBeLessThanOrEqual(1);
});

test("a service that does not answer is waited for so long, and asked of so much at once", async () => {
  answer = () => undefined;
  const clock = new TestClock();
  const { log } = recordingLog();
  const auth = new ForwardAuth({ clock, log }, `http://127.0.0.1:${port}/`);
  const answers = Array.from({ length: 600 }, () =>
    auth.ask(REQUEST, STAYS).catch((error: Error) => error.message),
  );
  expect(await answers.at(-1)).toMatch(/too many/);
  await waitFor("as many as there may be", () => asked.length === 64);
  await clock.advance(5_000);
  const told = await Promise.all(answers);
  expect(told.filter((message) => /does not answer/.test(String(message)))).toHaveLength(64);
  expect(told.filter((message) => /too many/.test(String(message)))).toHaveLength(536);
  // Nobody is left in line, and all places are free again.
  answer = yes;
  const later = Array.from({ length: 70 }, () => auth.ask(REQUEST, STAYS));
  expect((await Promise.all(later)).map(({ scopes }) => scopes)).toEqual(
    later.map(() => ["admin"]),
  );
  expect(asked).toHaveLength(64 + 70);
});

test("https is asked with its certificate checked", async () => {
  const { log } = recordingLog();
  const auth = new ForwardAuth({ clock: new TestClock(), log }, `https://127.0.0.1:${port}/`);
  await expect(auth.ask(REQUEST, STAYS)).rejects.toMatchObject({ code: "unavailable" });
});

test("each user whom the service names has a limit of their own", async () => {
  await using limited = await aController({
    forwardAuth: `http://127.0.0.1:${port}/check`,
    rateLimit: { requests_per_second: 0.01, burst: 1 },
  });
  const status = async (user: string) => {
    answer = (response) =>
      response.writeHead(200, { "x-hangar-scopes": "read", "x-hangar-user": user }).end();
    return (await fetch(`${limited.controller.url}/v1/drones`)).status;
  };
  expect([await status("ada"), await status("ada"), await status("bob")]).toEqual([200, 429, 200]);
});
