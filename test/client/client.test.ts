import { expect, test } from "vitest";
import { freePort } from "../../scripts/free-port.ts";
import { forBrowser } from "../../src/client/browser-session.ts";
import { createClient } from "../../src/client/client.ts";
import { clientFromEnv } from "../../src/client/client-from-env.ts";
import { connectTimeoutMs } from "../../src/client/connect-timeout.ts";
import { HangarError, isHangarError } from "../../src/client/hangar-error.ts";
import type { ConnectResponse } from "../../src/protocol/connect.ts";
import { CONNECT_WAIT_SECONDS } from "../../src/protocol/timings.ts";
import { VERSION } from "../../src/protocol/version.ts";
import { answer, hangUp, refuse, scriptedApi } from "./scripted-api.ts";

const spawn = { image: "hangar/echo" };

test("a connect posts the request with the key as bearer", async () => {
  await using api = await scriptedApi({ "POST /v1/connect": answer({ backend_id: "b1" }) });
  const client = createClient({ url: `${api.url}/`, key: "hak_1" });
  expect(await client.connect({ key: { name: "doc" }, spawn })).toEqual({ backend_id: "b1" });
  expect(api.asked).toMatchObject([
    {
      path: "/v1/connect",
      headers: { authorization: "Bearer hak_1" },
      body: { key: { name: "doc" }, spawn },
    },
  ]);
});

test("a refusal is a HangarError with all that the API says", async () => {
  await using api = await scriptedApi({
    "POST /v1/connect": refuse(503, "no-drone-available", "no drone", {
      details: { drones: [] },
      headers: { "retry-after": "7" },
    }),
  });
  const refused = createClient({ url: api.url }).connect({ spawn });
  await expect(refused).rejects.toThrow(HangarError);
  await expect(refused).rejects.toMatchObject({
    code: "no-drone-available",
    message: "no drone",
    status: 503,
    id: "err1",
    details: { drones: [] },
    retryAfterSeconds: 7,
  });
  expect(api.asked).toHaveLength(1);
});

test.each([
  ["a page with 200", 200, "<html>"],
  ["a page with 500", 500, "<html>"],
  ["JSON of another shape", 500, '{"error":"nope"}'],
])("%s is told as an answer that is not this API's", async (_, status, body) => {
  await using api = await scriptedApi({
    "GET /v1/drones": (response) => void response.writeHead(status).end(body),
  });
  await expect(createClient({ url: api.url }).listDrones()).rejects.toMatchObject({
    code: "unexpected-answer",
    status,
  });
});

test("a list is read page by page, with its filters", async () => {
  await using api = await scriptedApi({
    "GET /v1/backends": [
      answer({ backends: [{ id: "a" }, { id: "b" }], next_cursor: "next" }),
      answer({ backends: [{ id: "c" }], next_cursor: null }),
    ],
  });
  const ids: string[] = [];
  const filter = { status: ["ready", "waiting"], namespace: "n s", labels: { team: "x" } } as const;
  for await (const { id } of createClient({ url: api.url }).listBackends(filter)) ids.push(id);
  expect(ids).toEqual(["a", "b", "c"]);
  expect(api.asked.map(({ path }) => path)).toEqual([
    "/v1/backends?status=ready&status=waiting&namespace=n+s&label=team%3Dx",
    "/v1/backends?status=ready&status=waiting&namespace=n+s&cursor=next&label=team%3Dx",
  ]);
});

test("a page of a list is had alone, with the cursor for the next", async () => {
  const page = { backends: [{ id: "b" }], next_cursor: null };
  await using api = await scriptedApi({ "GET /v1/backends": answer(page) });
  const list = createClient({ url: api.url }).listBackends({ limit: 1 });
  expect(await list.page("after-a")).toEqual(page);
  expect(api.asked.map(({ path }) => path)).toEqual(["/v1/backends?limit=1&cursor=after-a"]);
});

test("a list that is not read to its end asks for no more pages", async () => {
  await using api = await scriptedApi({
    "GET /v1/backends": answer({ backends: [{ id: "a" }], next_cursor: "next" }),
  });
  for await (const _ of createClient({ url: api.url }).listBackends()) break;
  expect(api.asked).toHaveLength(1);
});

test("a read is tried again after a broken connection and while the API is unavailable", async () => {
  await using api = await scriptedApi({
    "GET /v1/drones": [
      hangUp,
      refuse(503, "unavailable", "database away"),
      answer({ drones: [{ name: "d" }] }),
    ],
  });
  expect(await createClient({ url: api.url }).listDrones()).toEqual([{ name: "d" }]);
  expect(api.asked).toHaveLength(3);
});

test("a connect without a key is not sent twice, for it would spawn twice", async () => {
  await using api = await scriptedApi({ "POST /v1/connect": hangUp });
  const client = createClient({ url: api.url });
  await expect(client.connect({ spawn })).rejects.toMatchObject({ code: "unreachable" });
  expect(api.asked).toHaveLength(1);
});

test("a connect with a key is sent again, for it finds what the first one spawned", async () => {
  await using api = await scriptedApi({ "POST /v1/connect": [hangUp, answer({})] });
  await createClient({ url: api.url }).connect({ key: { name: "doc" }, spawn });
  expect(api.asked).toHaveLength(2);
});

test("a controller that is away is an error that names its address", async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  await expect(createClient({ url }).health()).rejects.toMatchObject({
    code: "unreachable",
    message: `cannot reach ${url}: ECONNREFUSED`,
    neverSent: true,
  });
});

test("an aborted call rejects with the signal's reason", async () => {
  const stop = new AbortController();
  await using api = await scriptedApi({
    "GET /v1/drones": () => stop.abort(new Error("enough")),
  });
  const call = createClient({ url: api.url }).listDrones({ signal: stop.signal });
  await expect(call).rejects.toThrow("enough");
});

test("a call that is not answered in time is told as such, and not sent again", async () => {
  await using api = await scriptedApi({ "GET /v1/drones": () => undefined });
  const call = createClient({ url: api.url }).listDrones({ timeoutMs: 1_000 });
  await expect(call).rejects.toMatchObject({ code: "timed-out", name: "HangarError" });
  expect(api.asked).toHaveLength(1);
});

test("the limit of time is for a call as a whole, with its tries", async () => {
  await using api = await scriptedApi({
    "GET /v1/drones": refuse(503, "unavailable", "away", { headers: { "retry-after": "2" } }),
  });
  const call = createClient({ url: api.url, timeoutMs: 50 }).listDrones();
  await expect(call).rejects.toMatchObject({ code: "timed-out" });
});

test("a connect is given the time that it may wait for by itself", async () => {
  await using api = await scriptedApi({
    "POST /v1/connect": (response) => void setTimeout(() => response.end("{}"), 300),
  });
  const client = createClient({ url: api.url, timeoutMs: 20 });
  await client.connect({ key: { name: "k" }, wait_seconds: 2 });
  const impatient = client.connect({ key: { name: "k" }, wait_seconds: 0 });
  await expect(impatient).rejects.toMatchObject({ code: "timed-out" });
});

test("the wait that is granted to a connect is the API's own default", () => {
  expect(connectTimeoutMs({}, 0)).toBe(CONNECT_WAIT_SECONDS * 1_000);
  expect(connectTimeoutMs({ queue_seconds: 7, wait_seconds: 1 }, 5)).toBe(8_005);
});

test("the client tells its name and version, or the caller's", async () => {
  await using api = await scriptedApi({ "GET /health": answer({}) });
  await createClient({ url: api.url }).health();
  await createClient({ url: api.url, userAgent: "my-app" }).health();
  const agents = api.asked.map(({ headers }) => headers["user-agent"]);
  expect(agents).toEqual([`hangar-client/${VERSION}`, "my-app"]);
});

test("the environment that is passed in says where and as whom", async () => {
  await using api = await scriptedApi({ "GET /health": answer({}) });
  await clientFromEnv({ HANGAR_URL: api.url, HANGAR_API_KEY: "hak_2" }).health();
  await clientFromEnv({ HANGAR_URL: api.url, HANGAR_API_KEY: "" }).health();
  const keys = api.asked.map(({ headers }) => headers.authorization);
  expect(keys).toEqual(["Bearer hak_2", undefined]);
  expect(() => clientFromEnv({ HANGAR_URL: "controller:8080" })).toThrow("HANGAR_URL");
});

test("an error of another copy of the library is known too", () => {
  const theirs = Object.assign(new Error("x"), { name: "HangarError", code: "not-found" });
  expect(isHangarError(theirs)).toBe(true);
  expect(isHangarError(new HangarError("x", { code: "not-found" }))).toBe(true);
  expect(isHangarError(new Error("x"))).toBe(false);
});

test("what a browser is given holds no secret but its own token", () => {
  const response = { backend_id: "b", url: "u", status_url: "s", status: "ready" } as const;
  const all = { ...response, secret_token: "hsec_1", token: "hct_1" } as unknown as ConnectResponse;
  expect(forBrowser(all)).toEqual(response);
});

test("each call of the lifecycle goes to its route, with its body", async () => {
  await using api = await scriptedApi({
    "GET /v1/backends/b1/idle": answer({ goes_at: 5 }),
    "POST /v1/backends/b1/prevent-renew": answer({ lease: { renewable: false } }),
    "POST /v1/drones/dr-a/drain": answer({ draining: true }),
    "POST /v1/drones/dr-a/undrain": answer({ draining: false }),
    "GET /v1/controllers": answer({ controllers: [{ id: "co-a" }] }),
  });
  const client = createClient({ url: api.url });
  expect(await client.idle("b1")).toEqual({ goes_at: 5 });
  expect(await client.preventRenew("b1")).toEqual({ lease: { renewable: false } });
  expect(await client.drain("dr-a")).toEqual({ draining: true });
  await client.drain("dr-a", { terminate_after_seconds: 60 });
  expect(await client.undrain("dr-a")).toEqual({ draining: false });
  expect(await client.listControllers()).toEqual([{ id: "co-a" }]);
  const bodies = api.asked.flatMap(({ path, body }) => (path.endsWith("/drain") ? [body] : []));
  expect(bodies).toEqual([{}, { terminate_after_seconds: 60 }]);
});

test("each call about access goes to its route, with its query", async () => {
  const tokens = { tokens: [{ id: "tk_1" }], next_cursor: null };
  await using api = await scriptedApi({
    "GET /v1/backends/b1/tokens": answer(tokens),
    "DELETE /v1/backends/b1/tokens": answer({ revoked: 2 }),
    "DELETE /v1/backends/b1/tokens/tk_1": answer({ revoked: 1 }),
    "GET /v1/api-keys": answer({ api_keys: [{ id: "k1" }] }),
    "GET /v1/api-keys/k1": answer({ id: "k1" }),
    "POST /v1/api-keys": answer({ id: "k2", key: "hak_2" }),
    "DELETE /v1/api-keys/k1": answer({ id: "k1", revoked: true }),
    "GET /v1/session": answer({ key: { id: "k1" } }),
    "GET /v1/audit": answer({ entries: [{ cursor: "1" }], next_cursor: null }),
    "GET /v1/cluster": answer({ name: "c" }),
  });
  const client = createClient({ url: api.url });
  expect(await client.listTokens("b1", { user: "a b" }).page("c1")).toEqual(tokens);
  await client.revokeTokens("b1", "all");
  await client.revokeTokens("b1", { user: "ada" });
  await client.revokeTokens("b1", { tokenId: "tk_1" });
  expect(await client.listApiKeys()).toEqual([{ id: "k1" }]);
  expect(await client.createApiKey({ name: "ci", scopes: ["connect"] })).toMatchObject({
    id: "k2",
  });
  expect(await client.getApiKey("k1")).toEqual({ id: "k1" });
  await client.revokeApiKey("k1");
  await client.revokeApiKey("k1", { force: true });
  expect(await client.whoAmI()).toEqual({ key: { id: "k1" } });
  const byKey = client.listAudit({ target: "b1", keyId: "k1" });
  for await (const entry of byKey) expect(entry.cursor).toBe("1");
  expect(await client.cluster()).toEqual({ name: "c" });
  expect(api.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /v1/backends/b1/tokens?user=a+b&cursor=c1",
    "DELETE /v1/backends/b1/tokens",
    "DELETE /v1/backends/b1/tokens?user=ada",
    "DELETE /v1/backends/b1/tokens/tk_1",
    "GET /v1/api-keys",
    "POST /v1/api-keys",
    "GET /v1/api-keys/k1",
    "DELETE /v1/api-keys/k1",
    "DELETE /v1/api-keys/k1?force=true",
    "GET /v1/session",
    "GET /v1/audit?key_id=k1&target=b1",
    "GET /v1/cluster",
  ]);
});

test("an API key is not made twice because an answer was lost", async () => {
  await using api = await scriptedApi({ "POST /v1/api-keys": hangUp });
  const made = createClient({ url: api.url }).createApiKey({ name: "ci", scopes: ["read"] });
  await expect(made).rejects.toMatchObject({ code: "unreachable" });
  expect(api.asked).toHaveLength(1);
});

test("what is revoked is revoked, though the answer that said so was lost", async () => {
  const gone = [hangUp, refuse(404, "not-found", "there is none")];
  await using api = await scriptedApi({
    "DELETE /v1/api-keys/k1": gone,
    "DELETE /v1/backends/b1/tokens/tk_1": gone,
  });
  const client = createClient({ url: api.url });
  expect(await client.revokeApiKey("k1")).toEqual({ id: "k1", revoked: true });
  const one = await client.revokeTokens("b1", { tokenId: "tk_1" });
  expect(one).toEqual({ backend_id: "b1", revoked: 1 });
  expect(api.asked).toHaveLength(4);
});

test("what was not there at the first try either is told", async () => {
  await using api = await scriptedApi({
    "DELETE /v1/api-keys/k1": [
      refuse(404, "not-found", "there is no API key k1"),
      answer({ id: "k1", revoked: true }),
    ],
  });
  const revoked = createClient({ url: api.url }).revokeApiKey("k1");
  await expect(revoked).rejects.toMatchObject({ code: "not-found" });
  expect(api.asked).toHaveLength(1);
});

test("a service is not deleted twice because an answer was lost", async () => {
  await using api = await scriptedApi({ "DELETE /v1/services/s": hangUp });
  const deleted = createClient({ url: api.url }).deleteService({ name: "s" });
  await expect(deleted).rejects.toMatchObject({ code: "unreachable" });
  expect(api.asked).toHaveLength(1);
});
