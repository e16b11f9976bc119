import { createRequire } from "node:module";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { waitFor } from "../../harness/wait-for.ts";
import { aController, CLUSTER, report, runSpawn, type TestController } from "../a-controller.ts";
import { aGate } from "./a-gate.ts";

const FULL = {
  key: { name: "doc", namespace: "acme", tag: "v1" },
  spawn_config: {
    id: null,
    cluster: CLUSTER,
    pool: "",
    executable: {
      image: "reg/app:1",
      pull_policy: "Never",
      env: { A: "1" },
      credentials: { username: "u", password: "p" },
      resource_limits: { cpu_period_percent: 50, memory_limit_bytes: 64_000_000 },
      mount: "teams/blue",
      network_name: "apps",
    },
    lifetime_limit_seconds: 600,
    max_idle_seconds: 60,
    use_static_token: false,
    subdomain: "board",
  },
  user: "ada",
  auth: { role: "x" },
};
const ECHO = { spawn_config: { executable: { image: "reg/app:1" } } };

async function whenHealthy(hangar: TestController): Promise<void> {
  await waitFor("a healthy drone", async () => {
    const { body } = await hangar.call("GET", `/ctrl/c/${CLUSTER}/state`);
    return (body as { drones: { ready: boolean }[] }).drones[0]?.ready;
  });
}

test("a connect with every field reaches the drone, and is answered with Plane's fields", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  await whenHealthy(hangar);
  const { status, body } = await hangar.call("POST", "/ctrl/connect", FULL);
  expect(status).toBe(200);
  const { backend_id: id, token } = body as { backend_id: string; token: string };
  expect(body).toEqual({
    backend_id: expect.stringMatching(/^[a-z0-9]{14}$/),
    spawned: true,
    status: "scheduled",
    token: expect.stringMatching(/^hct_/),
    url: `http://board.${CLUSTER}/${token}/`,
    subdomain: "board",
    secret_token: expect.any(String),
    status_url: `${hangar.controller.url}/pub/b/${id}/status`,
    drone: "dr-one",
  });
  const { action } = await drone.next("action");
  expect(action).toMatchObject({
    spec: {
      key: FULL.key,
      image: "reg/app:1",
      pull_policy: "never",
      env: { A: "1" },
      credentials: { username: "u", password: "p" },
      resources: { cpus: 0.5, memory_bytes: 64_000_000 },
      mount: "teams/blue",
      network: "apps",
      grace_seconds: 30,
    },
  });
  const again = await hangar.call("POST", "/ctrl/connect", { key: FULL.key });
  expect(again.body).toMatchObject({ backend_id: id, spawned: false, drone: null });
});

test("each refusal has Plane's status, kind and shape", async () => {
  await using hangar = await aController();
  const connect = (body: unknown) => hangar.call("POST", "/ctrl/connect", body);
  const refusal = (kind: string) => ({
    id: expect.any(String),
    kind,
    message: expect.any(String),
  });
  expect(await connect(ECHO)).toMatchObject({ status: 500, body: refusal("NoDroneAvailable") });
  await using drone = await hangar.drone();
  await whenHealthy(hangar);
  const key = { name: "doc", tag: "v1" };
  expect(await connect({ key })).toMatchObject({
    status: 409,
    body: refusal("KeyUnheldNoSpawnConfig"),
  });
  await connect({ ...ECHO, key });
  const id = await runSpawn(drone);
  const answer = await connect({ ...ECHO, key: { name: "doc", tag: "v2" } });
  expect(answer).toMatchObject({ status: 409 });
  expect(answer.body).toEqual(refusal("KeyHeld"));
  expect(await connect({ spawn_config: {} })).toMatchObject({
    status: 400,
    body: refusal("Other"),
  });
  for (const path of ["soft-terminate", "hard-terminate"]) {
    expect(await hangar.call("POST", `/ctrl/b/abcdefghij0001/${path}`)).toMatchObject({
      status: 404,
      body: { kind: "NotFound" },
    });
  }
  expect(await hangar.call("GET", "/pub/b/nope/status", undefined, null)).toMatchObject({
    status: 404,
    body: refusal("NotFound"),
  });
  const stranger = await hangar.call("POST", "/ctrl/connect", ECHO, null);
  expect(stranger).toMatchObject({ status: 401, body: refusal("Other") });
  expect((await hangar.call("GET", `/pub/b/${id}/status`, undefined, null)).status).toBe(200);
});

test("an end is asked for softly and hard, is null, and asking of one that has ended is too", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  await whenHealthy(hangar);
  await hangar.call("POST", "/ctrl/connect", ECHO);
  const id = await runSpawn(drone);
  for (const [type, body] of [
    ["application/x-www-form-urlencoded", "a=b"],
    ["application/json", "{bad"],
    ["text/plain", ""],
  ] as const) {
    const { url, keys } = hangar.controller;
    const headers = { authorization: `Bearer ${keys.admin}`, "content-type": type };
    const path = `${url}/ctrl/b/abcdefghij0001/soft-terminate`;
    expect((await fetch(path, { method: "POST", headers, body })).status).toBe(404);
  }
  for (const kind of ["soft", "hard"] as const) {
    expect(await hangar.call("POST", `/ctrl/b/${id}/${kind}-terminate`)).toMatchObject({
      status: 200,
      body: null,
    });
    const asked = await drone.next("action", ({ action }) => action.type === "terminate");
    expect(asked.action).toMatchObject({ kind, reason: "external" });
    drone.say({ type: "action-ack", action_id: asked.action_id });
  }
  report(drone, id, { status: "terminated", reason: "exited", exit_code: 1 });
  await waitFor("its end", async () => {
    const { body } = await hangar.call("GET", `/pub/b/${id}/status`);
    return (body as { status: string }).status === "terminated";
  });
  expect((await hangar.call("POST", `/ctrl/b/${id}/soft-terminate`)).body).toBe(null);
  const { body } = await hangar.call("GET", `/pub/b/${id}/status`, undefined, null);
  // Plane has no word for it: a client that decodes reasons would drop the whole status.
  expect(body).toEqual({ status: "terminated", exit_error: true, time: expect.any(Number) });
});

test("a user's tokens are revoked on either path, and what is not there is as good as revoked", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  await whenHealthy(hangar);
  await hangar.call("POST", "/ctrl/connect", { ...ECHO, key: { name: "doc" }, user: "ada" });
  const id = await runSpawn(drone);
  await hangar.call("POST", "/ctrl/connect", { key: { name: "doc" }, user: "bob" });
  const users = async () => {
    const { body } = await hangar.call("GET", `/v1/backends/${id}/tokens`);
    return (body as { tokens: { user: string }[] }).tokens.map(({ user }) => user).sort();
  };
  expect(await users()).toEqual(["ada", "bob"]);
  const revoke = (path: string, user: string, backend_id: string = id) =>
    hangar.call("POST", path, { backend_id, user });
  const answer = "Token revoked successfully";
  expect(await revoke("/ctrl/b/revoke", "ada")).toMatchObject({ status: 200, body: answer });
  expect(await users()).toEqual(["bob"]);
  expect(await revoke("/ctrl/revoke", "bob")).toMatchObject({ status: 200, body: null });
  expect(await users()).toEqual([]);
  expect(await revoke("/ctrl/b/revoke", "ada", "abcdefghij0001")).toMatchObject({ body: answer });
});

test("the state of a cluster names what is connected, and a drain is told once", async () => {
  await using hangar = await aController();
  await using _drone = await hangar.drone();
  await whenHealthy(hangar);
  const node = {
    plane_version: expect.any(String),
    plane_hash: "",
    controller: expect.stringMatching(/^co-/),
    controller_heartbeat_age: expect.any(Number),
  };
  const state = () => hangar.call("GET", `/ctrl/c/${CLUSTER}/state`);
  expect((await state()).body).toMatchObject({
    drones: [
      {
        ready: true,
        draining: false,
        last_heartbeat_age: 0,
        backend_count: 0,
        node: { ...node, name: { Drone: "dr-one" } },
      },
    ],
  });
  const drain = (cluster: string, drone: string) =>
    hangar.call("POST", `/ctrl/c/${cluster}/d/${drone}/drain`);
  expect((await drain(CLUSTER, "dr-one")).body).toEqual({ updated: true });
  expect((await drain(CLUSTER, "dr-one")).body).toEqual({ updated: false });
  for (const [cluster, name] of [
    ["elsewhere.example", "dr-one"],
    [CLUSTER, "dr-two"],
  ] as const) {
    expect(await drain(cluster, name)).toMatchObject({
      status: 404,
      body: { kind: "NotFound", message: "Drone does not exist" },
    });
  }
  expect((await state()).body).toMatchObject({ drones: [{ draining: true }] });
  expect((await hangar.call("GET", "/ctrl/c/elsewhere.example/state")).body).toEqual({
    drones: [],
    proxies: [],
  });
  const status = { status: "ok", version: expect.any(String), hash: "" };
  expect((await hangar.call("GET", "/ctrl/status")).body).toEqual(status);
  expect((await hangar.call("GET", "/ctrl/status", undefined, null)).status).toBe(401);
  expect((await hangar.call("GET", "/pub/health", undefined, null)).body).toEqual({ status: "ok" });
});

test("the status stream replays by id, resumes after one, ends, and says when to ask no more", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  await whenHealthy(hangar);
  await hangar.call("POST", "/ctrl/connect", ECHO);
  const id = await runSpawn(drone);
  const url = `${hangar.controller.url}/pub/b/${id}/status-stream`;
  const whole = fetch(url).then((response) => response.text());
  report(drone, id, { status: "terminating", reason: "swept" });
  report(drone, id, { status: "terminated", reason: "swept", kind: "soft", exit_code: 0 });
  const text = await whole;
  expect([...text.matchAll(/^id: (.*)$/gm)].map(([, each]) => each)).toEqual([
    "scheduled",
    "ready",
    "terminating",
    "terminated",
  ]);
  expect(text).not.toContain("event:");
  const rest = await fetch(url, { headers: { "last-event-id": "terminating" } });
  expect(rest.headers.get("access-control-allow-origin")).toBe("*");
  const [, data = ""] = /^data: (.*)$/m.exec(await rest.text()) ?? [];
  expect(JSON.parse(data)).toEqual({
    status: "terminated",
    termination_reason: "swept",
    termination_kind: "soft",
    exit_error: false,
    time: expect.any(Number),
  });
  const over = await fetch(url, { headers: { "last-event-id": "terminated" } });
  expect(over.status).toBe(204);
  const preflight = await fetch(url, { method: "OPTIONS" });
  expect(preflight.headers.get("access-control-allow-headers")).toContain("content-type");
  expect((await fetch(url.replace(id, "abcdefghij0001"))).status).toBe(404);
});

/** Plane's client as the jamsocket command has it for `jamsocket dev`. */
interface LocalPlane {
  spawn(image: string, request: object, staticToken: boolean): Promise<Record<string, unknown>>;
  terminate(backend: string, hard: boolean): Promise<void>;
  streamStatus(
    backend: string,
    onStatus: (status: { status: string }) => void,
  ): { closed: Promise<void> };
}

test("Plane's client within the jamsocket command spawns, follows and ends a backend", async () => {
  const { LocalPlane } = createRequire(import.meta.url)("jamsocket/lib/dev-server/plane") as {
    LocalPlane: new (url: string, process: object, container: string, log: object) => LocalPlane;
  };
  await using hangar = await aController();
  await using drone = await hangar.drone();
  await whenHealthy(hangar);
  const { url, keys } = hangar.controller;
  const process = { stdout: new PassThrough(), stderr: new PassThrough(), on: () => undefined };
  await using gate = await aGate(url, keys.admin);
  const plane = new LocalPlane(gate.url, process, "none", {});
  const request = { key: "doc", user: "ada", spawn: { executable: { env: { A: "1" } } } };
  const spawned = await plane.spawn("reg/app:1", request, false);
  expect(spawned).toMatchObject({ spawned: true, status: "scheduled" });
  const id = await runSpawn(drone);
  expect(spawned.backend_id).toBe(id);
  const seen: string[] = [];
  const stream = plane.streamStatus(id, ({ status }) => seen.push(status));
  await plane.terminate(id, true);
  report(drone, id, { status: "terminated", reason: "external", kind: "hard" });
  await stream.closed;
  expect(seen).toEqual(["scheduled", "ready", "terminated"]);
});
