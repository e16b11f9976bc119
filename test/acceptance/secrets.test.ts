import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDrone } from "../../drone/index.ts";
import { startProxy } from "../../proxy/index.ts";
import type { CreatedApiKey } from "../../src/protocol/api-key.ts";
import type { ConnectResponse } from "../../src/protocol/connect.ts";
import { newApiKey, newConnectionToken, newSessionSecret } from "../../src/protocol/ids.ts";
import { SESSION_REQUEST_HEADER } from "../../src/protocol/session-header.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { ServiceStack } from "../../src/shared/service-stack.ts";
import { aController, CLUSTER, type TestController } from "../controller/a-controller.ts";
import { recordingLog } from "../harness/recording-log.ts";
import { ScriptedPeer } from "../harness/scripted-peer.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { waitFor } from "../harness/wait-for.ts";
import { ask } from "../proxy/harness/ask.ts";

/** Each is planted somewhere below, and must be found nowhere. */
const PLANTED = {
  env: "planted-env-value",
  password: "planted-registry-password",
  auth: "planted-auth-value",
  apiKey: newApiKey(),
  token: newConnectionToken(),
  session: newSessionSecret(),
  body: "planted-in-a-broken-body",
};
/** What Hangar gave out to whom it belongs; it may stand in that answer alone. */
const given: string[] = [];
/** Every answer that is not the one which a secret belongs in. */
const answers: string[] = [];

const APP = `
process.on("SIGTERM", () => process.exit(0));
require("node:http").createServer((_, response) => response.end()).listen(process.env.PORT);
`;

const services = new ServiceStack();
const { log, lines } = recordingLog();
let hangar: TestController;
let proxyPort: number;
let accessLog: string;

beforeAll(async () => {
  const directory = services.use(await tempDir());
  const appsDir = join(directory.path, "apps");
  await mkdir(join(appsDir, "app"), { recursive: true });
  await writeFile(join(appsDir, "app", "index.js"), APP);
  hangar = services.use(
    await aController({ rateLimit: { requests_per_second: 1_000, burst: 50 } }),
  );
  const { url, keys } = hangar.controller;
  given.push(...Object.values(keys));
  const joined = { controllerUrl: url, cluster: CLUSTER };
  const drone = {
    ...{ ...joined, key: keys.drone, name: "dr-secrets", pool: "" },
    ...{ dataDir: join(directory.path, "drone"), guard: "external" as const },
  };
  const runtime = { name: "process", appsDir } as const;
  services.use(await startDrone({ clock: systemClock, log }, { ...drone, runtime }));
  accessLog = join(directory.path, "access.log");
  const proxy = { ...joined, key: keys.proxy, name: "px-secrets", host: "127.0.0.1", port: 0 };
  const limits = { trustedProxies: [], drainMs: 0, accessLog };
  const door = services.use(await startProxy({ clock: systemClock, log }, { ...proxy, ...limits }));
  proxyPort = door.port;
});
afterAll(() => services[Symbol.asyncDispose]());

async function send(path: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(hangar.controller.url + path, init);
  const text = await response.text();
  answers.push(text);
  return text;
}

function bearer(key = hangar.controller.keys.admin, more: Record<string, string> = {}) {
  return { authorization: `Bearer ${key}`, "content-type": "application/json", ...more };
}

async function connect(spawn: object, more: object = {}): Promise<ConnectResponse> {
  const request = { spawn: { image: "app", ...spawn }, queue_seconds: 20, wait: "ready", ...more };
  const { status, body } = await hangar.call("POST", "/v1/connect", request);
  expect(status).toBe(200);
  const connected = body as ConnectResponse;
  for (const secret of [connected.token, connected.secret_token]) {
    if (secret !== null) given.push(secret);
  }
  return connected;
}

const SECRET_SPAWN = {
  env: { PASSWORD: PLANTED.env },
  credentials: { username: "ada", password: PLANTED.password },
};

async function spawnAndEnd(): Promise<string[]> {
  const backends = [
    await connect(SECRET_SPAWN, { key: { name: "doc" }, auth: { card: PLANTED.auth } }),
    await connect({ ...SECRET_SPAWN, use_static_token: true }),
    await connect({ ...SECRET_SPAWN, image: "there-is-no-such-app" }),
    await connect({ ...SECRET_SPAWN, mount: true }),
  ];
  expect(backends.map(({ status }) => status)).toEqual([
    ...["ready", "ready", "terminated", "terminated"],
  ]);
  for (const { backend_id, token } of backends.slice(0, 2)) {
    const host = { host: `${backend_id}.${CLUSTER}` };
    const visit = (path: string, headers = {}) =>
      ask(proxyPort, { path, headers: { ...host, ...headers } });
    expect((await visit(`/${token}/?a=${PLANTED.token}`)).status).toBeLessThan(400);
    for (const reply of [
      await visit(`/${PLANTED.token}/`),
      await visit("/", { cookie: `hangar=${PLANTED.token}` }),
      await visit("/", { authorization: `Bearer ${PLANTED.token}` }),
    ]) {
      expect(reply.status).toBeGreaterThanOrEqual(400);
      answers.push(reply.body);
    }
  }
  return backends.map(({ backend_id }) => backend_id);
}

async function misuse(): Promise<void> {
  const post = (body: string, headers = bearer()) =>
    send("/v1/connect", { method: "POST", headers, body });
  await post(`{"spawn":{"env":{"PASSWORD":"${PLANTED.body}"`);
  await post(`${PLANTED.body} is not JSON`);
  await post(JSON.stringify(PLANTED.body));
  await post(
    `<password>${PLANTED.body}</password>`,
    bearer(undefined, { "content-type": "text/xml" }),
  );
  for (const spawn of [
    { env: { PASSWORD: { is: PLANTED.env } } },
    { env: [PLANTED.env] },
    { env: PLANTED.env },
    { credentials: { username: "ada", password: [PLANTED.password] } },
    { credentials: PLANTED.password },
    { ...SECRET_SPAWN, port: "x" },
    { ...SECRET_SPAWN, subdomain: "Not_a_label" },
    { ...SECRET_SPAWN, pool: "there-is-none" },
  ]) {
    await post(JSON.stringify({ spawn: { image: "app", ...spawn } }));
  }
  await post(JSON.stringify({ key: { name: "doc" }, auth: PLANTED.auth }));
  await post("{}", bearer(PLANTED.apiKey));
  await send(`/v1/${PLANTED.token}/x?key=${PLANTED.apiKey}`, { headers: bearer() });
  await send(`/v1/backends/${PLANTED.token}`, { headers: bearer() });
  await send(`/v1/backends?label=${PLANTED.token}`, { headers: bearer() });
  await send(`/v1/api-keys/${PLANTED.apiKey}`, {
    method: "DELETE",
    headers: { authorization: bearer().authorization },
  });
  await send("/v1/session", { headers: { cookie: `hangar_session=${PLANTED.session}` } });
  const guess = JSON.stringify({ key: PLANTED.apiKey });
  await send("/v1/session", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: guess,
  });
  const url = hangar.controller.url;
  await using peer = await ScriptedPeer.dial({ url, key: hangar.controller.keys.drone }, "drone");
  peer.sayRaw(JSON.stringify({ type: "report", token: PLANTED.token, env: PLANTED.env }));
  expect(await peer.closed).toBe(4401);
}

/** A key, and a session of it; both are used and then revoked. */
async function comeAndGo(): Promise<void> {
  const made = await hangar.call("POST", "/v1/api-keys", { name: "ada", scopes: ["read"] });
  const { id, key } = made.body as CreatedApiKey;
  const opened = await fetch(`${hangar.controller.url}/v1/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ key }),
  });
  const cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
  given.push(key, cookie.split("=")[1] ?? "");
  answers.push(await opened.text());
  await send("/v1/session", { headers: { cookie, [SESSION_REQUEST_HEADER]: "1" } });
  await send("/v1/session", { headers: bearer(key) });
  await send(`/v1/api-keys/${id}`, {
    method: "DELETE",
    headers: { authorization: bearer().authorization },
  });
  await send("/v1/session", { headers: { cookie } });
}

test("no secret stands in any answer, event, log line or the trail", async () => {
  const ids = await spawnAndEnd();
  await misuse();
  await comeAndGo();
  for (const id of ids) {
    for (const what of ["", "/status", "/idle", "/tokens"]) {
      await send(`/v1/backends/${id}${what}`, { headers: bearer() });
    }
    const headers = { authorization: bearer().authorization };
    await send(`/v1/backends/${id}/terminate`, { method: "POST", headers });
    // Ends once the backend has.
    await send(`/v1/backends/${id}/status/stream`);
  }
  for (const path of [
    ...["backends", "drones", "proxies", "controllers", "cluster", "api-keys"],
    ...["events", "metrics", "services"],
  ]) {
    await send(`/v1/${path}`, { headers: bearer() });
  }
  const trail = await send("/v1/audit?limit=1000", { headers: bearer() });
  for (const action of ["backend.spawn", "backend.terminate", "api-key.create", "session.open"]) {
    expect(trail).toContain(action);
  }
  const visits = await waitFor("visits in the access log", async () => {
    const text = await readFile(accessLog, "utf8").catch(() => "");
    return text.includes("[secret]") ? text : undefined;
  });
  await services[Symbol.asyncDispose]();
  const all = [...answers, ...lines, ...hangar.logLines, visits];
  expect(lines.length).toBeGreaterThan(20);
  expect(hangar.logLines.length).toBeGreaterThan(20);
  const secrets = [...Object.values(PLANTED), ...given];
  expect(secrets.every((secret) => secret.length > 15)).toBe(true);
  const leaks = secrets.flatMap((secret) => all.filter((text) => text.includes(secret)));
  expect(leaks).toEqual([]);
}, 60_000);
