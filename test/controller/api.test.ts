import { readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import { startController } from "../../controller/index.ts";
import { Backend, BackendList, PublicStatus } from "../../src/protocol/backend.ts";
import { ConnectResponse } from "../../src/protocol/connect.ts";
import { DroneList } from "../../src/protocol/drone.ts";
import { ErrorBody } from "../../src/protocol/errors.ts";
import { validatorOf } from "../../src/protocol/validate.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { recordingLog } from "../harness/recording-log.ts";
import { waitFor } from "../harness/wait-for.ts";
import { aController, CLUSTER, report, runSpawn } from "./a-controller.ts";

const ECHO = { spawn: { image: "hangar/echo" } };

test("the keys of the first start are files of mode 0600 that stay the same", async () => {
  await using first = await aController();
  const { keys } = first.controller;
  for (const scope of ["admin", "drone", "proxy"] as const) {
    const path = `${first.dataDir}/keys/${scope}.key`;
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, "utf8").trim()).toBe(keys[scope]);
  }
  await first.controller[Symbol.asyncDispose]();
  await using again = await aController({ dataDir: first.dataDir });
  expect(again.controller.keys).toEqual(keys);
});

test.each([
  ["GET", "/v1/backends"],
  ["POST", "/v1/connect"],
  ["GET", "/v1/drones"],
  ["GET", "/v1/backends/abcdefghij0123"],
  ["POST", "/v1/backends/abcdefghij0123/terminate"],
])("%s %s wants a key of scope admin", async (method, path) => {
  await using hangar = await aController();
  const { keys } = hangar.controller;
  const body = method === "POST" ? {} : undefined;
  const stranger = await hangar.call(method, path, body, null);
  expect(stranger).toMatchObject({ status: 401, body: { error: { code: "unauthorized" } } });
  expect(stranger.headers.get("www-authenticate")).toBe("Bearer");
  expect((await hangar.call(method, path, body, "hak_guessed")).status).toBe(401);
  for (const key of [keys.drone, keys.proxy]) {
    expect(await hangar.call(method, path, body, key)).toMatchObject({
      status: 403,
      body: { error: { code: "forbidden" } },
    });
  }
});

test.each([
  [{}, "give a key"],
  [{ spawn: {} }, "spawn"],
  [{ spawn: { image: "" } }, "spawn.image"],
  [{ spawn: { image: "x", port: 70_000 } }, "spawn.port"],
  [{ spawn: { image: "x", max_idle_seconds: -1 } }, "spawn.max_idle_seconds"],
  [{ spawn: { image: "x", env: { "A=B": "c" } } }, "spawn.env"],
  [{ spawn: { image: "x", resources: { memory_bytes: 1 } } }, "spawn.resources.memory_bytes"],
  [{ spawn: { image: "x", mount: "../etc" } }, "spawn.mount"],
  [{ spawn: { image: "x", subdomain: "Not_a_label" } }, "spawn.subdomain"],
  [{ spawn: { image: "x", subdomain: "abcdefghij0123" } }, "spawn.subdomain"],
  [{ spawn: { image: "x", imagee: "y" } }, "spawn.imagee"],
  [{ key: { name: "" } }, "key.name"],
  [{ key: { name: "x" }, wait: "forever" }, "wait"],
  [{ spawn: { image: "x", access: "public" }, user: "ada" }, "user"],
  [{ key: { name: "x" }, user: "é".repeat(1_000) }, "user: at most"],
  [{ key: { name: "x" }, auth: { text: "x".repeat(9_000) } }, "auth: at most"],
  ["not an object", "object"],
])("POST /v1/connect of %j answers 400 and names %s", async (body, named) => {
  await using hangar = await aController();
  const answer = await hangar.call("POST", "/v1/connect", body);
  expect(answer).toMatchObject({ status: 400, body: { error: { code: "invalid-request" } } });
  expect(JSON.stringify(answer.body)).toContain(named);
});

test("broken JSON is 400, another type 415 and a huge body 413, each in the one error shape", async () => {
  await using hangar = await aController();
  const { url, keys } = hangar.controller;
  const send = async (body: string, type = "application/json") => {
    const headers = { authorization: `Bearer ${keys.admin}`, "content-type": type };
    const response = await fetch(`${url}/v1/connect`, { method: "POST", headers, body });
    expect(validatorOf(ErrorBody).accepts(await response.json())).toBe(true);
    return response.status;
  };
  expect(await send("{oops")).toBe(400);
  expect(await send("<a/>", "text/xml")).toBe(415);
  expect(await send(JSON.stringify({ user: "x".repeat(2_000_000) }))).toBe(413);
});

test("auth that is nested beyond all measure is 400", async () => {
  await using hangar = await aController();
  const { url, keys } = hangar.controller;
  const body = `{"key":{"name":"x"},"auth":{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}}`;
  const headers = { authorization: `Bearer ${keys.admin}`, "content-type": "application/json" };
  const response = await fetch(`${url}/v1/connect`, { method: "POST", headers, body });
  expect(response.status).toBe(400);
});

test("a body that is nested beyond all measure is 400, also from whoever has no key", async () => {
  await using hangar = await aController();
  const body = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  const headers = { "content-type": "application/json" };
  const url = `${hangar.controller.url}/v1/session`;
  expect((await fetch(url, { method: "POST", headers, body })).status).toBe(400);
});

test.each([
  ["no text", "%ff", 400, "invalid-request"],
  ["longer than any id", "x".repeat(1_000), 404, "not-found"],
])("a path that is %s is refused in the one error shape", async (_, part, status, code) => {
  await using hangar = await aController();
  const answer = await hangar.call("GET", `/v1/backends/${part}`);
  expect(answer).toMatchObject({ status, body: { error: { code } } });
});

test("an answer's error id stands in the log", async () => {
  await using hangar = await aController();
  const { body } = await hangar.call("GET", "/v1/nothing");
  const { id } = (body as ErrorBody).error;
  expect(hangar.logLines.some((line) => line.includes(id))).toBe(true);
});

test("without a drone a spawn is 503 with Retry-After, and says so", async () => {
  await using hangar = await aController();
  const answer = await hangar.call("POST", "/v1/connect", ECHO);
  expect(answer).toMatchObject({ status: 503, body: { error: { code: "no-drone-available" } } });
  expect(answer.headers.get("retry-after")).toBe("5");
});

test("connect spawns, the same key again joins, and both answers fit their schema", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  const request = { ...ECHO, key: { name: "doc" }, user: "ada", auth: { role: "x" } };
  await waitFor("a healthy drone", async () => {
    const { body } = await hangar.call("GET", "/v1/drones");
    return (body as DroneList).drones[0]?.healthy;
  });
  const first = (await hangar.call("POST", "/v1/connect", request)).body as ConnectResponse;
  expect(validatorOf(ConnectResponse).accepts(first)).toBe(true);
  expect(first).toMatchObject({
    spawned: true,
    status: "scheduled",
    drone: "dr-one",
    key: { name: "doc", namespace: "", tag: "" },
    url: `http://${first.backend_id}.${CLUSTER}/${first.token}/`,
    status_url: `${hangar.controller.url}/v1/backends/${first.backend_id}/status`,
  });
  await runSpawn(drone);
  const again = await hangar.call("POST", "/v1/connect", { ...request, wait: "ready" });
  expect(again.body).toMatchObject({
    spawned: false,
    backend_id: first.backend_id,
    status: "ready",
  });
  expect((again.body as ConnectResponse).token).not.toBe(first.token);
  const other = { key: { name: "doc", tag: "v2" } };
  expect((await hangar.call("POST", "/v1/connect", other)).body).toMatchObject({
    error: { code: "key-held" },
  });
  const free = { key: { name: "free" } };
  expect((await hangar.call("POST", "/v1/connect", free)).body).toMatchObject({
    error: { code: "key-not-held" },
  });
});

test("connect waits for ready, and gives the reason if the backend ended instead", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  const connecting = connectWhenHealthy(hangar, { ...ECHO, wait: "ready" });
  const { action } = await drone.next("action");
  if (action.type !== "spawn") throw new Error("not a spawn");
  const id = action.spec.backend_id;
  report(drone, id, {
    status: "terminated",
    reason: "exited",
    exit_code: 3,
    message: "exited with code 3",
    log_tail: ["boom"],
  });
  expect((await connecting).body).toMatchObject({
    status: "terminated",
    backend_id: id,
    termination: { reason: "exited", exit_code: 3, message: "exited with code 3" },
  });
  const { body } = await hangar.call("GET", `/v1/backends/${id}`);
  expect(validatorOf(Backend).explain(body)).toBe("no error");
  expect(body).toMatchObject({
    status: "terminated",
    termination: { reason: "exited", exit_code: 3, log_tail: ["boom"] },
    ended: { reason: "exited", exit_code: 3 },
  });
  const status = await hangar.call("GET", `/v1/backends/${id}/status`, undefined, null);
  expect(validatorOf(PublicStatus).accepts(status.body)).toBe(true);
  expect(status.body).toMatchObject({ termination_reason: "exited", exit_error: true });
  expect(JSON.stringify(status.body)).not.toMatch(/boom|exit_code/);
});

test("connect outwaits a backend that is ending and then spawns; with no patience it is 409", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  const request = { ...ECHO, key: { name: "doc" } };
  await connectWhenHealthy(hangar, request);
  const old = await runSpawn(drone);
  report(drone, old, { status: "terminating", reason: "external" });
  await waitFor("terminating", async () => {
    const { body } = await hangar.call("GET", `/v1/backends/${old}/status`);
    return (body as PublicStatus).status === "terminating";
  });
  const impatient = await hangar.call("POST", "/v1/connect", { ...request, wait_seconds: 0 });
  expect(impatient).toMatchObject({ status: 409, body: { error: { code: "key-ending" } } });
  const patient = hangar.call("POST", "/v1/connect", request);
  report(drone, old, { status: "terminated", reason: "external", kind: "soft", exit_code: 0 });
  const answer = (await patient).body as ConnectResponse;
  expect(answer.spawned).toBe(true);
  expect(answer.backend_id).not.toBe(old);
});

test("user and auth are refused where they would be lost", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  const spawn = { image: "hangar/echo", use_static_token: true };
  const first = await connectWhenHealthy(hangar, { spawn, key: { name: "lab" } });
  const { token } = first.body as ConnectResponse;
  expect(token).toMatch(/^hst_/);
  await runSpawn(drone);
  const again = await hangar.call("POST", "/v1/connect", { key: { name: "lab" } });
  expect(again.body).toMatchObject({ token, secret_token: null, expires_at: null });
  const named = await hangar.call("POST", "/v1/connect", { key: { name: "lab" }, user: "ada" });
  expect(named.status).toBe(400);
});

test("a body that is no JSON is told what it should be, and what it may not name", async () => {
  await using hangar = await aController();
  const { url, keys } = hangar.controller;
  const connect = (type: string, body: string) =>
    fetch(`${url}/v1/connect`, {
      method: "POST",
      headers: { authorization: `Bearer ${keys.admin}`, "content-type": type },
      body,
    });
  expect((await connect("text/plain", "x")).status).toBe(415);
  const poison = '{"key":{"name":"a"},"auth":{"in":{"__proto__":{"is_admin":true}}}}';
  const refused = await connect("application/json", poison);
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({
    error: { details: { field: "auth.in.__proto__" } },
  });
  const harmless = '{"key":{"name":"a"},"auth":{"constructor":{"prototype":1}}}';
  expect((await connect("application/json", harmless)).status).toBe(409);
});

test("terminate reaches the drone once, however often it is asked", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  await connectWhenHealthy(hangar, ECHO);
  const id = await runSpawn(drone);
  for (let count = 0; count < 3; count += 1) {
    const answer = await hangar.call("POST", `/v1/backends/${id}/terminate`, { grace_seconds: 4 });
    expect(answer.status).toBe(200);
  }
  const { action, action_id } = await drone.next(
    "action",
    ({ action }) => action.type === "terminate",
  );
  expect(action).toMatchObject({ kind: "soft", reason: "external", grace_seconds: 4 });
  drone.say({ type: "action-ack", action_id });
  report(drone, id, { status: "terminated", reason: "external", kind: "soft" });
  await waitFor("the end", async () => {
    const { body } = await hangar.call("GET", `/v1/backends/${id}/status`);
    return (body as PublicStatus).status === "terminated";
  });
  expect((await hangar.call("POST", `/v1/backends/${id}/terminate`, {})).body).toEqual({
    backend_id: id,
    status: "terminated",
  });
  expect(drone.heard.filter(({ type }) => type === "action")).toEqual([]);
});

test("lists and drones fit their schemas and hold no secret", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  const spawn = {
    image: "hangar/echo",
    env: { TOKEN: "planted-env" },
    credentials: { username: "u", password: "planted-password" },
    labels: { team: "blue" },
  };
  const { body } = await connectWhenHealthy(hangar, { spawn, auth: { x: "planted-auth" } });
  const { backend_id, token, secret_token } = body as ConnectResponse;
  await runSpawn(drone);
  const list = await hangar.call("GET", "/v1/backends?label=team%3Dblue&limit=1");
  expect(validatorOf(BackendList).accepts(list.body)).toBe(true);
  const ids = async (query: string) => {
    const { body } = await hangar.call("GET", `/v1/backends?${query}`);
    return (body as BackendList).backends.map(({ id }) => id);
  };
  expect(await ids("cluster=LOCALHOST:9090&state=ready")).toEqual([backend_id]);
  expect(await ids("state=terminated")).toEqual([]);
  expect(await ids("state=terminated&status=ready")).toEqual([backend_id]);
  const one = await hangar.call("GET", `/v1/backends/${backend_id}`);
  expect(one.body).toMatchObject({ env_names: ["TOKEN"] });
  const drones = await hangar.call("GET", "/v1/drones");
  expect(validatorOf(DroneList).accepts(drones.body)).toBe(true);
  const everything = JSON.stringify([list.body, one.body, drones.body, hangar.logLines]);
  for (const secret of ["planted-env", "planted-password", "planted-auth", token, secret_token]) {
    expect(everything).not.toContain(secret);
  }
});

test("health, readiness and the OpenAPI document need no key", async () => {
  await using hangar = await aController();
  expect(await hangar.call("GET", "/health", undefined, null)).toMatchObject({ status: 200 });
  expect(await hangar.call("GET", "/ready", undefined, null)).toMatchObject({ status: 200 });
  const { body } = await hangar.call("GET", "/openapi.json", undefined, null);
  expect(body).toMatchObject({ openapi: "3.1.0", info: { title: "Hangar" } });
  expect(Object.keys((body as { paths: object }).paths)).toContain("/v1/connect");
});

test("a data dir has one controller at a time", async () => {
  await using hangar = await aController();
  await expect(aController({ dataDir: hangar.dataDir })).rejects.toThrow(
    `another controller is using ${hangar.dataDir}`,
  );
});

test("a port in use is an error that names it", async () => {
  await using hangar = await aController();
  const port = Number(new URL(hangar.controller.url).port);
  const config = { host: "127.0.0.1", port, cluster: CLUSTER, dataDir: `${hangar.dataDir}/other` };
  const second = startController({ clock: systemClock, log: recordingLog().log }, config);
  await expect(second).rejects.toThrow(`port ${port} of 127.0.0.1 is already in use`);
});

async function connectWhenHealthy(
  hangar: Awaited<ReturnType<typeof aController>>,
  request: object,
) {
  await waitFor("a healthy drone", async () => {
    const { body } = await hangar.call("GET", "/v1/drones");
    return (body as DroneList).drones[0]?.healthy;
  });
  return await hangar.call("POST", "/v1/connect", request);
}
