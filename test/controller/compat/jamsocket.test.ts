import { isBackendState, isConnectResponse } from "@jamsocket/types";
import { expect, test } from "vitest";
import { waitFor } from "../../harness/wait-for.ts";
import { aController, CLUSTER, report, runSpawn, type TestController } from "../a-controller.ts";

async function aService(hangar: TestController, spawn: object = { image: "reg/board:1" }) {
  const body = { account: "acme", name: "board", spawn, environments: { staging: {} } };
  expect((await hangar.call("POST", "/v1/services", body)).status).toBe(201);
  await waitFor("a healthy drone", async () => {
    const { body } = await hangar.call("GET", "/v1/drones");
    return (body as { drones: { healthy: boolean }[] }).drones[0]?.healthy;
  });
}

const CONNECT = "/v2/service/acme/board/connect";

test("a connect is a ConnectResponse, whose URLs are those of the second API", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  await aService(hangar);
  const { headers, body } = await hangar.call("POST", CONNECT, { key: "doc", user: "ada" });
  // As a whole: their command takes no type with a charset.
  expect(headers.get("content-type")).toBe("application/json");
  expect(isConnectResponse(body)).toBe(true);
  const { backend_id: id } = body as { backend_id: string };
  expect(body).toMatchObject({
    spawned: true,
    status: "scheduled",
    status_url: `${hangar.controller.url}/v2/backend/${id}/status`,
    ready_url: `${hangar.controller.url}/v1/backends/${id}/status?wait=ready`,
  });
  await runSpawn(drone);
  const again = await hangar.call("POST", CONNECT, { key: "doc", spawn: false });
  expect(again.body).toMatchObject({ spawned: false, backend_id: id });
  const staging = await hangar.call("POST", "/v2/service/acme/board/staging/connect", {
    key: "doc",
  });
  expect(staging.body).toMatchObject({ spawned: true });
  const named = await hangar.call("POST", "/v2/service/acme/board/default/connect", {
    key: "doc",
  });
  expect(named.body).toMatchObject({ spawned: false, backend_id: id });
  const { body: service } = await hangar.call("GET", "/v2/service/acme/board");
  expect(service).toMatchObject({
    last_spawned_at: expect.any(String),
    environments: [
      { name: "default", image_tag: "reg/board:1", cluster: CLUSTER },
      { name: "staging", image_tag: "reg/board:1", last_spawned_at: expect.any(String) },
    ],
  });
});

test("a public backend's token is an empty text, and a body that is empty is no body", async () => {
  await using hangar = await aController();
  await using _drone = await hangar.drone();
  await aService(hangar, { image: "reg/board:1", access: "public" });
  const { url, keys } = hangar.controller;
  const headers = { authorization: `Bearer ${keys.admin}`, "content-type": "application/json" };
  const response = await fetch(url + CONNECT, { method: "POST", headers });
  const body: unknown = await response.json();
  expect(isConnectResponse(body)).toBe(true);
  expect(body).toMatchObject({ spawned: true, token: "" });
});

test("every state fits their types, from the first to each end", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  await aService(hangar);
  const ends = [
    { reason: "exited", exit_code: 3 },
    { reason: "pullfailed", message: "no such image" },
    { reason: "swept", kind: "soft", exit_code: 0 },
  ] as const;
  for (const end of ends) {
    await hangar.call("POST", CONNECT, {});
    const id = await runSpawn(drone);
    const stream = fetch(`${hangar.controller.url}/v2/backend/${id}/status/stream`);
    report(drone, id, { status: "terminating", reason: end.reason });
    report(drone, id, { status: "terminated", ...end });
    const response = await stream;
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    const lines = (await response.text()).split("\n").filter(Boolean);
    // Their browser clients fail on any other line.
    expect(lines.filter((line) => !line.startsWith("data:"))).toEqual([]);
    const states = lines.map((line) => JSON.parse(line.slice(5)) as Record<string, unknown>);
    expect(states.map(({ status }) => status)).toEqual([
      "scheduled",
      "ready",
      "terminating",
      "terminated",
    ]);
    expect(states.filter((state) => !isBackendState(state))).toEqual([]);
    const { body } = await hangar.call("GET", `/v2/backend/${id}/status`, undefined, null);
    expect(body).toEqual(states.at(-1));
    const info = await hangar.call("GET", `/v2/backend/${id}`);
    expect(info.body).toMatchObject({ key: null, environment_name: "default" });
    const { statuses } = info.body as { statuses: object[] };
    expect(statuses.at(-1)).toMatchObject({ status: "terminated", last_status: "ready" });
  }
});

test("a backend is told with its service, and one that has ended is not running", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  await aService(hangar);
  await hangar.call("POST", "/v2/service/acme/board/staging/connect", { key: "doc" });
  const id = await runSpawn(drone);
  await hangar.call("POST", "/v1/connect", { spawn: { image: "x" }, key: { name: "other" } });
  const ofService = {
    id,
    service_name: "board",
    account_name: "acme",
    cluster_name: CLUSTER,
    key: "doc",
  };
  const list = () => hangar.call("GET", "/v2/account/acme/backends");
  expect((await list()).body).toMatchObject({ running_backends: [ofService] });
  expect((await hangar.call("GET", "/v2/account/else/backends")).body).toEqual({
    running_backends: [],
  });
  const info = await hangar.call("GET", `/v2/backend/${id}`);
  expect(info.body).toMatchObject({
    ...ofService,
    environment_name: "staging",
    image_digest: "reg/board:1",
    statuses: [{ status: "scheduled" }, { status: "ready" }],
  });
  const terminate = () => hangar.call("POST", `/v2/backend/${id}/terminate`, { hard: true });
  expect((await terminate()).body).toEqual({ status: "ok" });
  const asked = await drone.next("action", ({ action }) => action.type === "terminate");
  expect(asked.action).toMatchObject({ kind: "hard" });
  report(drone, id, { status: "terminated", reason: "external", kind: "hard" });
  await waitFor("its end", async () => (await terminate()).status === 410);
  expect((await terminate()).body).toMatchObject({
    error: { status: 410, code: "BackendNotRunning", id: expect.any(String) },
  });
  expect((await list()).body).toEqual({ running_backends: [] });
});

test("all backends of a service that began before a time end at once, and are counted first", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  await aService(hangar);
  await hangar.call("POST", CONNECT, {});
  await runSpawn(drone);
  await hangar.call("POST", "/v2/service/acme/board/staging/connect", {});
  await runSpawn(drone);
  const path = "/service/acme/board/terminate-backends";
  const before = new Date(Date.now() + 60_000).toISOString();
  const dry = await hangar.call("POST", path, { before, dry_run: true });
  expect(dry.body).toEqual({ backend_count: 2, terminated_count: 0, is_complete: true });
  const none = await hangar.call("POST", path, { before: "2020-01-01T00:00:00Z" });
  expect(none.body).toEqual({ backend_count: 0, terminated_count: 0, is_complete: true });
  const all = await hangar.call("POST", path, { before, hard: true });
  expect(all.body).toEqual({ backend_count: 2, terminated_count: 2, is_complete: true });
  for (const _ of [1, 2]) {
    const { action } = await drone.next("action", (each) => each.action.type === "terminate");
    expect(action).toMatchObject({ kind: "hard" });
  }
  expect((await hangar.call("POST", path, { before: "yesterday" })).status).toBe(400);
});

test("the first API spawns, tells its own statuses, and ends", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  await aService(hangar);
  const body = { env: { A: "1" }, grace_period_seconds: 7, lock: "doc" };
  const spawned = await hangar.call("POST", "/v1/user/acme/service/board/spawn", body);
  const id = await runSpawn(drone);
  expect(spawned.body).toMatchObject({
    name: id,
    spawned: true,
    status: "Loading",
    status_url: `${hangar.controller.url}/backend/${id}/status`,
  });
  const status = () => hangar.call("GET", `/backend/${id}/status`, undefined, null);
  await waitFor("Ready", async () => {
    const { body } = await status();
    return (body as { state: string }).state === "Ready";
  });
  expect((await status()).body).toEqual({ state: "Ready", time: expect.any(String), backend: id });
  const stream = fetch(`${hangar.controller.url}/backend/${id}/status/stream`);
  expect((await hangar.call("POST", `/backend/${id}/terminate`)).body).toEqual({ status: "ok" });
  report(drone, id, { status: "terminated", reason: "external", kind: "hard" });
  const states = (await (await stream).text()).matchAll(/"state":"(\w+)"/g);
  expect([...states].map(([, state]) => state)).toEqual(["Loading", "Ready", "Terminated"]);
});

test("each refusal has their shape, and the codes that their command knows", async () => {
  await using hangar = await aController();
  const { keys } = hangar.controller;
  const cases: [string, string, unknown, string | null, number, string][] = [
    ["GET", "/auth", undefined, null, 401, "InvalidAuth"],
    ["GET", "/v2/account/acme/services", undefined, keys.drone, 403, "Forbidden"],
    ["GET", "/v2/service/acme/none", undefined, keys.admin, 404, "NotFound"],
    ["POST", "/v2/service/acme/none/connect", {}, keys.admin, 404, "NotFound"],
    ["GET", "/v2/backend/abcdefghij0001/status", undefined, null, 404, "NotFound"],
    ["POST", "/v2/account/acme/service", { name: "a b" }, keys.admin, 400, "InvalidRequest"],
    ["POST", "/v2/account/acme/service", { name: "bare" }, keys.admin, 200, ""],
    ["POST", "/v2/account/acme/service", { name: "bare" }, keys.admin, 409, "ServiceExists"],
    ["POST", "/v2/service/acme/bare/connect", {}, keys.admin, 409, "NoImage"],
    ["POST", "/v2/service/acme/bare/nowhere/connect", {}, keys.admin, 404, "NotFound"],
    ["GET", "/service/acme/bare/image-name", undefined, keys.admin, 409, "NoImage"],
    ["POST", "/cli-login", {}, null, 400, "InvalidRequest"],
  ];
  for (const [method, path, body, key, status, code] of cases) {
    const answer = await hangar.call(method, path, body, key);
    expect(answer.status, path).toBe(status);
    if (status === 200) continue;
    expect(answer.body, path).toEqual({
      error: { message: expect.any(String), status, code, id: expect.any(String) },
    });
  }
});

test("a key may come with the name of an account, and tells it", async () => {
  await using hangar = await aController();
  const { admin } = hangar.controller.keys;
  const auth = async (key: string) => (await hangar.call("GET", "/auth", undefined, key)).body;
  expect(await auth(`acme.${admin}`)).toEqual({ status: "ok", accounts: ["acme"], is_admin: true });
  expect(await auth(admin)).toMatchObject({ accounts: ["default"] });
  await hangar.call("POST", "/v2/account/acme/service", { name: "board" });
  expect(await auth(admin)).toMatchObject({ accounts: ["acme"] });
  expect((await hangar.call("GET", "/auth", undefined, "acme.hak_guessed")).status).toBe(401);
  const logout = await hangar.call("POST", "/user-session/some-id/delete");
  expect(logout.body).toEqual({ status: "ok" });
});

test("a key of a service's namespace sets its releases, and gives no other image its secrets", async () => {
  await using hangar = await aController();
  const secrets = { env: { PASSWORD: "planted" }, mount: "boards" };
  const board = { account: "acme", name: "board", environments: { staging: {} } };
  const spawn = { image: "reg/board:1", ...secrets };
  expect((await hangar.call("POST", "/v1/services", { ...board, spawn })).status).toBe(201);
  const keyOf = async (namespace: string) => {
    const body = { name: "ci", scopes: ["admin"], namespace };
    return ((await hangar.call("POST", "/v1/api-keys", body)).body as { key: string }).key;
  };
  const update = async (key: string | undefined, place: string, image_tag: string) =>
    (await hangar.call("POST", `/v2/service/${place}/update`, { image_tag }, key)).status;
  const own = await keyOf("acme/board");
  const staging = await keyOf("acme/board/staging");
  expect(await update(own, "acme/board", "v2")).toBe(200);
  for (const other of ["else/app", "else/app:v2", "reg/other:1"]) {
    expect(await update(own, "acme/board", other)).toBe(403);
    expect(await update(own, "acme/board/default", other)).toBe(403);
    expect(await update(staging, "acme/board/staging", other)).toBe(403);
  }
  expect(await update(staging, "acme/board/staging", "v3")).toBe(200);
  // Its secrets may be there before its first image is.
  await hangar.call("PUT", "/v1/services/board?account=acme", { spawn: secrets });
  expect(await update(own, "acme/board", "else/app:1")).toBe(403);
  expect(await update(undefined, "acme/board", "else/app:1")).toBe(200);
  const { body } = await hangar.call("GET", "/v1/services/board?account=acme");
  expect(body).toMatchObject({
    spawn: { image: "else/app:1" },
    images: [{ image: "else/app:1" }, {}, {}, {}],
  });
  const audit = await hangar.call("GET", "/v1/audit?action=service.update");
  expect((audit.body as { entries: object[] }).entries).toMatchObject([
    { details: { image: "else/app:1" }, target: "acme/board" },
    { details: {} },
    { details: { image: "reg/board:v3", environment: "staging" }, key_name: "ci" },
    { details: { image: "reg/board:v2" }, key_name: "ci" },
  ]);
  // A service is made, replaced and deleted by whoever has no namespace.
  for (const [method, path, sent] of [
    ["PUT", "/v1/services/board?account=acme", { spawn: { image: "else/app:2" } }],
    ["DELETE", "/v1/services/board?account=acme", undefined],
    ["POST", "/v2/account/acme/service", { name: "new" }],
    ["POST", "/v2/service/acme/board/delete", {}],
  ] as const) {
    expect((await hangar.call(method, path, sent, own)).status).toBe(403);
  }
});

test("a key of a service's namespace reaches that service alone, and what is its own", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  await aService(hangar, { image: "reg/board:1", mount: "boards" });
  await hangar.call("POST", "/v2/account/acme/service", { name: "secret" });
  const body = { name: "ci", scopes: ["admin"], namespace: "acme/board" };
  const { key } = (await hangar.call("POST", "/v1/api-keys", body)).body as { key: string };
  const ask = (method: string, path: string, sent?: object) => hangar.call(method, path, sent, key);
  const statuses = async (...asked: [string, string, object?][]) =>
    Promise.all(asked.map(async ([method, path, sent]) => (await ask(method, path, sent)).status));

  // The service's own mount was allowed to it; one that the request asks for is not.
  expect((await ask("POST", CONNECT, { key: "doc" })).body).toMatchObject({ spawned: true });
  const id = await runSpawn(drone);
  const mount = { spawn: { executable: { mount: "other" } } };
  expect((await ask("POST", CONNECT, mount)).status).toBe(403);
  await hangar.call("POST", "/v2/service/acme/board/staging/connect", { key: "doc" });
  const staging = await runSpawn(drone);
  expect((await ask("GET", "/auth")).body).toEqual({
    status: "ok",
    accounts: ["acme"],
    is_admin: false,
  });
  expect((await ask("GET", "/v2/account/acme/services")).body).toEqual({ services: ["board"] });
  expect((await ask("GET", "/v2/account/acme/backends")).body).toMatchObject({
    running_backends: [{ id }],
  });
  expect(
    await statuses(
      ["GET", "/v2/service/acme/board"],
      ["POST", "/v2/service/acme/board/update", { image_tag: "v2" }],
      ["GET", `/v2/backend/${id}`],
    ),
  ).toEqual([200, 200, 200]);
  expect(
    await statuses(
      ["GET", "/v2/service/acme/secret"],
      ["POST", "/v2/service/acme/secret/connect", {}],
      ["POST", "/v2/service/acme/board/staging/connect", {}],
      ["POST", "/v2/service/acme/board/staging/update", { image_tag: "v2" }],
      ["GET", `/v2/backend/${staging}`],
      ["POST", `/v2/backend/${staging}/terminate`, {}],
    ),
  ).toEqual([404, 404, 404, 404, 404, 404]);
  expect(
    await statuses(
      ["POST", "/v2/account/acme/service", { name: "new" }],
      ["POST", "/v2/service/acme/board/delete"],
      ["POST", "/v1/services", { name: "new" }],
    ),
  ).toEqual([403, 403, 403]);
});
