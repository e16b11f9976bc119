import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiKeyList, CreatedApiKey } from "../../../src/protocol/api-key.ts";
import type { AuditList } from "../../../src/protocol/audit.ts";
import type { BackendList } from "../../../src/protocol/backend.ts";
import type { ClusterOverview } from "../../../src/protocol/cluster-overview.ts";
import type { ConnectResponse } from "../../../src/protocol/connect.ts";
import type { ErrorBody } from "../../../src/protocol/errors.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";
import { ScriptedPeer } from "../../harness/scripted-peer.ts";
import { waitFor } from "../../harness/wait-for.ts";
import {
  aController,
  CLUSTER,
  runSpawn,
  type TestController,
  type TestDrone,
} from "../a-controller.ts";

let hangar: TestController;
let drone: TestDrone;

beforeAll(async () => {
  hangar = await aController();
  drone = await hangar.drone();
  await waitFor("a healthy drone", async () => (await overview()).drones.healthy);
});
afterAll(async () => {
  await drone[Symbol.asyncDispose]();
  await hangar[Symbol.asyncDispose]();
});

async function overview(): Promise<ClusterOverview> {
  return (await hangar.call("GET", "/v1/cluster")).body;
}

async function aKey(request: object): Promise<CreatedApiKey> {
  const answer = await hangar.call("POST", "/v1/api-keys", { name: "test", ...request });
  expect(answer.status).toBe(201);
  return answer.body;
}

async function statusWith(key: string, method: string, path: string, body?: object) {
  return (await hangar.call(method, path, body, key)).status;
}

function spawnIn(namespace: string, name: string, key?: string) {
  const body = { key: { namespace, name }, spawn: { image: "hangar/echo" } };
  return hangar.call("POST", "/v1/connect", body, key);
}

async function aBackend(namespace: string, name: string): Promise<BackendId> {
  const { body } = await spawnIn(namespace, name);
  await runSpawn(drone);
  return (body as ConnectResponse).backend_id;
}

async function listed(key: string, query = ""): Promise<string[]> {
  const { body } = await hangar.call("GET", `/v1/backends${query}`, undefined, key);
  return (body as BackendList).backends.map(({ id }) => id);
}

test("a new key is shown once, listed without its secret, and says what it may do", async () => {
  const rate_limit = { requests_per_second: 500, burst: 500 };
  const made = await aKey({ name: "ci", scopes: ["connect", "read"], rate_limit });
  expect(made).toMatchObject({
    name: "ci",
    scopes: ["connect", "read"],
    namespace: null,
    rate_limit,
    expires_at: null,
    last_used_at: null,
  });
  const { body } = await hangar.call("GET", "/v1/api-keys");
  const { key, ...shown } = made;
  expect((body as ApiKeyList).api_keys).toContainEqual(shown);
  expect(JSON.stringify(body)).not.toContain(key);
  expect(await hangar.call("GET", `/v1/api-keys/${made.id}`)).toMatchObject({
    ...{ status: 200, body: shown },
  });
  expect((await hangar.call("GET", "/v1/api-keys/ak_none")).status).toBe(404);
  const session = await hangar.call("GET", "/v1/session", undefined, key);
  expect(session.body).toEqual({
    key: { id: made.id, name: "ci", scopes: ["connect", "read"], namespace: null },
    expires_at: null,
  });
});

test.each([
  [{ scopes: ["read"] }, "name"],
  [{ name: "x", scopes: [] }, "scopes"],
  [{ name: "x", scopes: ["root"] }, "scopes.0"],
  [{ name: "x", scopes: ["read"], expires_in_seconds: 0 }, "expires_in_seconds"],
  [{ name: "x", scopes: ["read"], rate_limit: { requests_per_second: 1 } }, "burst"],
  [{ name: "x", scopes: ["read", "drone"], namespace: "n" }, "namespace"],
])("a key of %j is 400 and names %s", async (request, named) => {
  const answer = await hangar.call("POST", "/v1/api-keys", request);
  expect(answer.status).toBe(400);
  expect((answer.body as ErrorBody).error.message).toContain(named);
});

test("each scope may do what is its own, and admin what people's scopes may", async () => {
  const id = await aBackend("", "scopes");
  const may = {
    read: ["GET /v1/backends", "GET /v1/cluster"],
    connect: [`POST /v1/backends/${id}/terminate`],
    admin: ["GET /v1/api-keys", "GET /v1/audit", "POST /v1/drones/dr-none/undrain"],
  };
  for (const scope of ["read", "connect", "admin", "drone", "proxy"] as const) {
    const { key } = await aKey({ scopes: [scope] });
    for (const [wanted, routes] of Object.entries(may)) {
      for (const route of routes) {
        const [method = "", path = ""] = route.split(" ");
        const status = await statusWith(key, method, path, method === "GET" ? undefined : {});
        const allowed = scope === wanted || scope === "admin";
        expect([scope, route, status === 403]).toEqual([scope, route, !allowed]);
      }
    }
    expect(await statusWith(key, "GET", "/v1/session")).toBe(200);
  }
});

test("a key of a namespace sees and makes what is in it, and nothing else is there", async () => {
  const { key } = await aKey({ scopes: ["admin"], namespace: "blue" });
  const [own, other] = [await aBackend("blue", "a"), await aBackend("red", "a")];
  expect(await listed(key)).toEqual([own]);
  expect(await listed(key, "?namespace=blue")).toEqual([own]);
  expect(await statusWith(key, "GET", "/v1/backends?namespace=red")).toBe(403);
  for (const [method, what] of [
    ["GET", ""],
    ["GET", "/idle"],
    ["POST", "/prevent-renew"],
    ["POST", "/terminate"],
  ] as const) {
    const body = method === "GET" ? undefined : {};
    expect(await statusWith(key, method, `/v1/backends/${other}${what}`, body)).toBe(404);
    expect(await statusWith(key, method, `/v1/backends/${own}${what}`, body)).toBe(200);
  }
  expect((await spawnIn("red", "b", key)).body).toMatchObject({ error: { code: "forbidden" } });
  const spawn = { image: "hangar/echo" };
  for (const request of [{ key: { name: "b" }, spawn }, { spawn }]) {
    const { body } = await hangar.call("POST", "/v1/connect", request, key);
    await runSpawn(drone);
    expect((body as ConnectResponse).key.namespace).toBe("blue");
  }
  for (const shared of [{ mount: "red/a" }, { network: "common" }]) {
    const request = { spawn: { ...spawn, ...shared } };
    expect(await statusWith(key, "POST", "/v1/connect", request)).toBe(403);
  }
});

test("a revoked key is refused at once, and its sockets and open requests are closed", async () => {
  const { url } = hangar.controller;
  const about = { drone: "dr-two", cluster: CLUSTER, pool: "", runtime: "docker" };
  const machine = await aKey({ scopes: ["drone"] });
  await using socket = await ScriptedPeer.dial({ url, key: machine.key }, "drone", about);
  const person = await aKey({ scopes: ["connect"] });
  await aBackend("", "waiting");
  const waiting = hangar.call(
    "POST",
    "/v1/connect",
    { key: { name: "never" }, spawn: { image: "hangar/echo" }, wait: "ready" },
    person.key,
  );
  const cut = expect(waiting).rejects.toThrow();
  await drone.next("action", ({ action }) => action.type === "spawn");
  for (const { id, key } of [machine, person]) {
    const answer = await hangar.call("DELETE", `/v1/api-keys/${id}`);
    expect(answer).toMatchObject({ status: 200, body: { id, revoked: true } });
    expect(await statusWith(key, "GET", "/v1/session")).toBe(401);
    expect((await hangar.call("DELETE", `/v1/api-keys/${id}`)).status).toBe(404);
  }
  expect(await socket.closed).toBe(4411);
  await cut;
});

test("a key may revoke itself and hears of it, but the last one that makes others only by force", async () => {
  const { id, key } = await aKey({ scopes: ["admin"] });
  expect((await hangar.call("DELETE", `/v1/api-keys/${id}`, undefined, key)).status).toBe(200);
  const { body } = await hangar.call("GET", "/v1/api-keys");
  const [first, ...others] = (body as ApiKeyList).api_keys.filter(
    ({ scopes, namespace }) => scopes.includes("admin") && namespace === null,
  );
  for (const other of others) await hangar.call("DELETE", `/v1/api-keys/${other.id}`);
  const answer = await hangar.call("DELETE", `/v1/api-keys/${first?.id}`);
  expect(answer).toMatchObject({ status: 409, body: { error: { code: "last-admin-key" } } });
});

test("a key that expires is refused, and its socket is closed", async () => {
  const { url } = hangar.controller;
  const { key } = await aKey({ scopes: ["proxy", "read"], expires_in_seconds: 1 });
  const about = { proxy: "px-two", cluster: CLUSTER };
  await using socket = await ScriptedPeer.dial({ url, key }, "proxy", about);
  expect(await socket.closed).toBe(4411);
  expect(await statusWith(key, "GET", "/v1/session")).toBe(401);
});

test("the trail tells who did what from where, for admins", async () => {
  const { id, key } = await aKey({ scopes: ["connect"], name: "ada" });
  const { body: made } = await spawnIn("audit", "doc", key);
  await runSpawn(drone);
  const target = (made as ConnectResponse).backend_id;
  await spawnIn("audit", "doc", key);
  await hangar.call("POST", `/v1/backends/${target}/terminate`, { hard: true }, key);
  const { body } = await hangar.call("GET", `/v1/audit?key_id=${id}`);
  const by = { key_id: id, key_name: "ada", address: "127.0.0.1", target, namespace: "audit" };
  expect((body as AuditList).entries).toMatchObject([
    { ...by, action: "backend.terminate", details: { kind: "hard" } },
    { ...by, action: "backend.spawn" },
  ]);
  const page = await hangar.call("GET", `/v1/audit?key_id=${id}&limit=1`);
  const { next_cursor } = page.body as AuditList;
  const rest = await hangar.call("GET", `/v1/audit?key_id=${id}&cursor=${next_cursor}`);
  expect((rest.body as AuditList).entries).toMatchObject([{ action: "backend.spawn" }]);
});

test("the overview counts what is attached and what is live", async () => {
  const before = await overview();
  expect(before).toMatchObject({ name: CLUSTER, controllers: 1, drones: { connected: 1 } });
  await aBackend("", "counted");
  await waitFor("one more", async () => {
    const { backends } = await overview();
    return backends.live === before.backends.live + 1 && backends.by_status.ready;
  });
});
