import { afterAll, beforeAll, expect, test } from "vitest";
import type { CreatedApiKey } from "../../../src/protocol/api-key.ts";
import type { AuditList } from "../../../src/protocol/audit.ts";
import { SESSION_REQUEST_HEADER } from "../../../src/protocol/session-header.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { aController, type TestController } from "../a-controller.ts";

let hangar: TestController;
beforeAll(async () => {
  hangar = await aController({ publicUrl: "https://hangar.example" });
});
afterAll(() => hangar[Symbol.asyncDispose]());

const MARK = { [SESSION_REQUEST_HEADER]: "1" };

/** As a browser on the controller's own page, unless the headers say otherwise. */
async function ask(method: string, path: string, headers: Record<string, string>, body?: object) {
  const response = await fetch(hangar.controller.url + path, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const setCookie = response.headers.get("set-cookie") ?? "";
  return { status: response.status, setCookie, body: text === "" ? null : JSON.parse(text) };
}

async function aKey(request: object): Promise<CreatedApiKey> {
  return (await hangar.call("POST", "/v1/api-keys", { name: "person", ...request })).body;
}

async function signIn(key: string, headers: Record<string, string> = {}): Promise<string> {
  const answer = await ask("POST", "/v1/session", headers, { key });
  expect(answer.status).toBe(200);
  return answer.setCookie.split(";")[0] ?? "";
}

test("signing in gives a cookie that stands for the key, and no script can read", async () => {
  const { key, id } = await aKey({ scopes: ["read"], namespace: "n" });
  const { status, body, setCookie } = await ask("POST", "/v1/session", {}, { key });
  expect(status).toBe(200);
  expect(body.key).toEqual({ id, name: "person", scopes: ["read"], namespace: "n" });
  expect(body.expires_at).toBeGreaterThan(Date.now() + 11 * 3_600_000);
  expect(setCookie).toMatch(
    /^hangar_session=hss_\w{40}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
  );
  const cookie = setCookie.split(";")[0] ?? "";
  expect(await ask("GET", "/v1/session", { cookie })).toMatchObject({ status: 200, body });
  expect((await ask("GET", "/v1/backends", { cookie })).status).toBe(200);
  expect((await ask("GET", "/v1/drones", { cookie })).status).toBe(403);
});

test("over https the cookie has a name that no other host can plant", async () => {
  const { key } = await aKey({ scopes: ["read"] });
  const https = { "x-forwarded-proto": "https" };
  const { setCookie } = await ask("POST", "/v1/session", https, { key });
  expect(setCookie).toMatch(/^__Host-hangar_session=hss_\w+; Path=\/; .*; Secure$/);
  const cookie = setCookie.split(";")[0] ?? "";
  expect((await ask("GET", "/v1/session", { ...https, cookie })).status).toBe(200);
  const planted = cookie.replace("__Host-", "");
  expect((await ask("GET", "/v1/session", { ...https, cookie: planted })).status).toBe(401);
});

test("cookies that a neighbour planted on http do not shut out the session", async () => {
  const cookie = await signIn((await aKey({ scopes: ["read"] })).key);
  const planted = `hangar_session=rubbish; hangar_session=hss_${"x".repeat(40)}`;
  expect((await ask("GET", "/v1/session", { cookie: `${planted}; ${cookie}` })).status).toBe(200);
});

test("the cookie lets in the controller's own pages only, and what changes something must be marked", async () => {
  const cookie = await signIn((await aKey({ scopes: ["admin"] })).key);
  const own = new URL(hangar.controller.url).origin;
  const create = { name: "made", scopes: ["read"] };
  const tries: [number, string, Record<string, string>][] = [
    [200, "GET", {}],
    [200, "GET", { "sec-fetch-site": "same-origin" }],
    [200, "GET", { "sec-fetch-site": "none" }],
    [403, "GET", { "sec-fetch-site": "same-site" }],
    [403, "GET", { "sec-fetch-site": "cross-site" }],
    [403, "POST", {}],
    [201, "POST", MARK],
    [201, "POST", { ...MARK, origin: own, "sec-fetch-site": "same-origin" }],
    [201, "POST", { ...MARK, origin: "https://hangar.example" }],
    [403, "POST", { ...MARK, origin: "https://backend.hangar.example" }],
    [403, "POST", { ...MARK, origin: "null" }],
    [403, "POST", { ...MARK, "sec-fetch-site": "same-site" }],
  ];
  for (const [status, method, headers] of tries) {
    const body = method === "POST" ? create : undefined;
    const answer = await ask(method, "/v1/api-keys", { cookie, ...headers }, body);
    expect([method, headers, answer.status]).toEqual([method, headers, status]);
  }
  const key = hangar.controller.keys.admin;
  const foreign = await ask("POST", "/v1/session", { origin: "https://evil.example" }, { key });
  expect(foreign).toMatchObject({ status: 403, body: { error: { code: "cross-origin" } } });
});

test("a key in the header goes before the cookie, and needs no mark", async () => {
  const cookie = await signIn((await aKey({ scopes: ["read"] })).key);
  const authorization = `Bearer ${hangar.controller.keys.admin}`;
  const foreign = { cookie, authorization, "sec-fetch-site": "cross-site" };
  expect((await ask("POST", "/v1/drones/dr-none/undrain", foreign, {})).status).toBe(404);
});

test("signing out ends the session and takes the cookie, also of one that has ended", async () => {
  const { key, id } = await aKey({ scopes: ["read"] });
  const cookie = await signIn(key);
  expect((await ask("DELETE", "/v1/session", { cookie })).status).toBe(403);
  for (let times = 0; times < 2; times += 1) {
    const out = await ask("DELETE", "/v1/session", { cookie, ...MARK });
    expect(out).toMatchObject({ status: 204, body: null });
    expect(out.setCookie).toContain("hangar_session=; Path=/; Max-Age=0");
    expect((await ask("GET", "/v1/session", { cookie })).status).toBe(401);
  }
  const { body } = await hangar.call("GET", `/v1/audit?target=${id}`);
  expect((body as AuditList).entries.map(({ action }) => action)).toEqual([
    "session.close",
    "session.open",
    "api-key.create",
  ]);
});

test("a revoked key ends its sessions at once", async () => {
  const { key, id } = await aKey({ scopes: ["read"] });
  const cookie = await signIn(key);
  await hangar.call("DELETE", `/v1/api-keys/${id}`);
  expect((await ask("GET", "/v1/session", { cookie })).status).toBe(401);
  expect((await ask("POST", "/v1/session", {}, { key })).status).toBe(401);
});

test("drones do not join with a cookie's rights for people", async () => {
  const cookie = await signIn(hangar.controller.keys.admin);
  expect((await ask("GET", "/v1/sockets/drone", { cookie })).status).toBe(403);
});

test("wrong keys are limited by address; whoever is in stays in", async () => {
  await using other = await aController();
  const key = other.controller.keys.admin;
  expect((await other.call("GET", "/v1/session")).status).toBe(200);
  const guess = () => other.call("POST", "/v1/session", { key: "hak_guessed" }, null);
  let tries = 0;
  let last = await guess();
  for (; last.status === 401 && tries < 100; tries += 1) last = await guess();
  expect(tries).toBeGreaterThan(5);
  expect(tries).toBeLessThan(30);
  expect(last).toMatchObject({ status: 429, body: { error: { code: "rate-limited" } } });
  expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0);
  // However slowly this runs, a wrong key costs more than flows in while the next is tried.
  await waitFor("the limit to hold for other wrong keys too", async () => {
    await guess();
    return (await other.call("GET", "/v1/session", undefined, "hak_new")).status === 429;
  });
  expect((await other.call("GET", "/v1/session", undefined, key)).status).toBe(200);
});
