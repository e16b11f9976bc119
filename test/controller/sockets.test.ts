import { expect, test } from "vitest";
import type { PublicStatus } from "../../src/protocol/backend.ts";
import type { ConnectResponse } from "../../src/protocol/connect.ts";
import type { DroneList } from "../../src/protocol/drone.ts";
import { PROTOCOL_VERSION } from "../../src/protocol/handshake.ts";
import { newBackendId } from "../../src/protocol/ids.ts";
import { ScriptedPeer } from "../harness/scripted-peer.ts";
import { waitFor } from "../harness/wait-for.ts";
import {
  ADDRESS,
  aController,
  CLUSTER,
  report,
  runSpawn,
  type TestController,
  type TestDrone,
} from "./a-controller.ts";

async function connect(hangar: TestController, request: object = {}): Promise<ConnectResponse> {
  await waitFor("a healthy drone", async () => {
    const { body } = await hangar.call("GET", "/v1/drones");
    return (body as DroneList).drones.some(({ healthy }) => healthy);
  });
  const body = { spawn: { image: "hangar/echo" }, ...request };
  return (await hangar.call("POST", "/v1/connect", body)).body;
}

async function statusOf(hangar: TestController, id: string): Promise<PublicStatus> {
  return (await hangar.call("GET", `/v1/backends/${id}/status`, undefined, null)).body;
}

test.each([
  ["drone", "proxy"],
  ["drone", "admin"],
  ["proxy", "drone"],
] as const)("the %s socket refuses a key of scope %s before the upgrade", async (kind, scope) => {
  await using hangar = await aController();
  const { url, keys } = hangar.controller;
  const dialling = ScriptedPeer.dial({ url, key: keys[scope] }, kind, {});
  await expect(dialling).rejects.toThrow("403");
  await expect(ScriptedPeer.dial({ url, key: "hak_no" }, kind, {})).rejects.toThrow("401");
});

test("another protocol version is closed with 4400, and what is no hello too", async () => {
  await using hangar = await aController();
  const { url, keys } = hangar.controller;
  for (const message of [
    { type: "heartbeat", health: {} },
    {
      type: "hello",
      protocol_version: 999,
      version: "9",
      drone: "dr-x",
      cluster: "c",
      pool: "",
      runtime: "docker",
    },
  ]) {
    await using peer = await ScriptedPeer.dial({ url, key: keys.drone }, "drone");
    peer.sayRaw(JSON.stringify(message));
    expect([4400, 4401]).toContain(await peer.closed);
  }
});

test.each([["not json"], ["[]"], ['{"type":"report","report_id":"x"}'], ['{"type":"unheard of"}']])(
  "a message that does not fit is closed with 4401: %s",
  async (text) => {
    await using hangar = await aController();
    await using drone = await hangar.drone();
    drone.sayRaw(text);
    expect(await drone.closed).toBe(4401);
  },
);

test("an action that is not acknowledged is sent again, in the connection and on the next", async () => {
  await using hangar = await aController({ resendIntervalMs: 50 });
  const { backend_id } = await (async () => {
    await using drone = await hangar.drone();
    const connected = await connect(hangar);
    const first = await drone.next("action");
    expect((await drone.next("action")).action_id).toBe(first.action_id);
    return connected;
  })();
  await using drone = await hangar.drone();
  expect(await runSpawn(drone)).toBe(backend_id);
  await waitFor("ready", async () => (await statusOf(hangar, backend_id)).status === "ready");
  drone.cut();
  await using again = await hangar.drone();
  await hangar.call("POST", `/v1/backends/${backend_id}/terminate`, {});
  // The inventory that `drone()` sends is empty, so the backend counts as lost, and is not spawned again.
  await waitFor("lost", async () => (await statusOf(hangar, backend_id)).status === "terminated");
  expect(again.heard.some((each) => each.type === "action" && each.action.type === "spawn")).toBe(
    false,
  );
});

test("a report is acknowledged each time it comes, and counts once", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  const { backend_id } = await connect(hangar);
  await runSpawn(drone);
  const state = { status: "terminated", reason: "exited", exit_code: 1 } as const;
  for (let count = 0; count < 3; count += 1) {
    drone.say({ type: "report", report_id: 77, backend_id, state, age_ms: 0 });
    await drone.next("report-ack", ({ report_id }) => report_id === 77);
  }
  const { body } = await hangar.call("GET", `/v1/backends/${backend_id}`);
  const statuses = (body as { timeline: PublicStatus[] }).timeline.map(({ status }) => status);
  expect(statuses).toEqual(["scheduled", "ready", "terminated"]);
});

test("a drone cannot end another drone's backend", async () => {
  await using hangar = await aController();
  await using owner = await hangar.drone("dr-one");
  const { backend_id } = await connect(hangar);
  await runSpawn(owner);
  await using other = await hangar.drone("dr-two");
  report(other, backend_id, { status: "terminated", reason: "exited" });
  await other.next("report-ack");
  expect((await statusOf(hangar, backend_id)).status).toBe("ready");
});

test("a drone is told to end what is not its own", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  const stranger = newBackendId();
  drone.say({ type: "inventory", backend_ids: [stranger] });
  expect(await drone.next("disown")).toMatchObject({ backend_ids: [stranger] });
});

test("a drone's name that dials again takes over, and the older socket is closed", async () => {
  await using hangar = await aController();
  await using older = await hangar.drone();
  await using newer = await hangar.drone();
  expect(await older.closed).toBe(4409);
  await connect(hangar);
  await newer.next("action");
});

test.each(["drone", "proxy"] as const)(
  "another %s of a name that is taken is refused with 4410, and the first one is left alone",
  async (kind) => {
    await using hangar = await aController();
    await using first = await (kind === "drone" ? hangar.drone("one") : hangar.proxy("one"));
    const { url, keys } = hangar.controller;
    await using second = await ScriptedPeer.dial({ url, key: keys[kind] }, kind);
    const common = {
      type: "hello",
      protocol_version: PROTOCOL_VERSION,
      version: "1",
      cluster: CLUSTER,
    };
    const about =
      kind === "drone" ? { drone: "one", pool: "", runtime: "docker" } : { proxy: "one" };
    second.sayRaw(JSON.stringify({ ...common, ...about, identity: "another-machine" }));
    expect(await second.closed).toBe(4410);
    const ended = await Promise.race([first.closed, new Promise((go) => setImmediate(go, "open"))]);
    expect(ended).toBe("open");
  },
);

test("of two drones that live with one id, as from a copied data dir, the first has its name until it is gone", async () => {
  await using hangar = await aController();
  const { url, keys } = hangar.controller;
  const hello = (incarnation: string) =>
    JSON.stringify({
      ...{ type: "hello", protocol_version: PROTOCOL_VERSION, version: "1", cluster: CLUSTER },
      ...{ drone: "dr-one", identity: "of-the-data-dir", pool: "", runtime: "docker", incarnation },
    });
  const dial = async (incarnation: string) => {
    const peer: TestDrone = await ScriptedPeer.dial({ url, key: keys.drone }, "drone");
    peer.sayRaw(hello(incarnation));
    return peer;
  };
  await using first = await dial("process-1");
  await first.next("welcome");
  await using copy = await dial("process-2");
  expect(await copy.closed).toBe(4410);
  expect(hangar.logLines.join()).toContain("is the data dir a copy?");
  // The one that is there may dial again, whatever has become of its older connection.
  await using again = await dial("process-1");
  await again.next("welcome");
  expect(await first.closed).toBe(4409);
  again.cut();
  // Nobody is in the way of the next start.
  await using next = await dial("process-3");
  await next.next("welcome");
});

test("a connect does not hand out a backend whose end was asked for of a drone that is slow", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  const first = await connect(hangar, { key: { name: "doc" } });
  await runSpawn(drone);
  await waitFor("ready", async () => (await statusOf(hangar, first.backend_id)).status === "ready");
  await hangar.call("POST", `/v1/backends/${first.backend_id}/terminate`, {});
  const again = { spawn: { image: "hangar/echo" }, key: { name: "doc" }, wait_seconds: 0 };
  expect(await hangar.call("POST", "/v1/connect", again)).toMatchObject({ status: 409 });
});

test("a drone that falls silent gets nothing new", async () => {
  await using hangar = await aController({ droneUnhealthyMs: 2_000 });
  await using drone = await hangar.drone();
  await connect(hangar);
  await drone.next("action");
  const refused = await waitFor("the refusal", async () => {
    const answer = await hangar.call("POST", "/v1/connect", { spawn: { image: "x" } });
    return answer.status === 503 ? answer : undefined;
  });
  expect(JSON.stringify(refused.body)).toContain("silent");
});

test("a proxy is given routes, told of each change once known, and refused with a reason", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  await using proxy = await hangar.proxy();
  const { backend_id: id, token } = await connect(hangar, { user: "ada" });
  const ask = async (request: { label?: string; token?: string }) => {
    const request_id = Math.floor(Math.random() * 1e9);
    proxy.say({ type: "route-request", request_id, ...request });
    const answer = await proxy.next("route-response", (each) => each.request_id === request_id);
    return answer.result;
  };
  if (token === null) throw new Error("no token");
  const held = await ask({ label: id, token });
  expect(held).toMatchObject({ kind: "route", route: { backend_id: id, status: "scheduled" } });
  await runSpawn(drone);
  expect(await proxy.next("backend-changed", ({ status }) => status === "ready")).toMatchObject({
    backend_id: id,
    address: ADDRESS,
  });
  expect(await ask({ label: id, token })).toMatchObject({
    route: { address: ADDRESS, access: { kind: "connection", user: "ada" } },
  });
  expect(await ask({ label: id })).toMatchObject({ code: "unauthorized" });
  expect(await ask({ label: id, token: "rubbish" })).toMatchObject({ code: "forbidden" });
  expect(await ask({ label: "nobody" })).toMatchObject({ code: "not-found" });
  report(drone, id, { status: "terminating", reason: "swept" });
  expect(await proxy.next("backend-changed")).toMatchObject({
    backend_id: id,
    status: "terminating",
    reason: "swept",
  });
  expect(await ask({ label: id, token })).toMatchObject({ code: "backend-ended", reason: "swept" });
});

test("an idle backend is asked to end once, a connected one stays", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  await using proxy = await hangar.proxy();
  const spawn = { image: "hangar/echo", max_idle_seconds: 1 };
  const idle = (await connect(hangar, { spawn })).backend_id;
  await runSpawn(drone);
  const busy = (await connect(hangar, { spawn })).backend_id;
  await runSpawn(drone);
  proxy.say({
    type: "activity",
    complete: true,
    backends: [{ backend_id: busy, open: 1, idle_ms: 0 }],
  });
  const swept = await drone.next("action", ({ action }) => action.type === "terminate");
  expect(swept.action).toMatchObject({ backend_id: idle, kind: "soft", reason: "swept" });
  const others = drone.heard.filter(({ type }) => type === "action");
  expect(others).toEqual([]);
  const { body } = await hangar.call("GET", `/v1/backends/${busy}`);
  expect(body).toMatchObject({ open_connections: 1, status: "ready" });
});

test("the status stream replays, follows, resumes after the last one seen, and ends", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  const { backend_id: id } = await connect(hangar);
  const path = `${hangar.controller.url}/v1/backends/${id}/status/stream`;
  const whole = fetch(path).then((response) => response.text());
  await runSpawn(drone);
  drone.say({ type: "progress", backend_id: id, progress: { percent: 5, text: "late" } });
  report(drone, id, { status: "terminating", reason: "external" });
  const end = { status: "terminated", reason: "external", kind: "soft", exit_code: 0 } as const;
  report(drone, id, end);
  const ids = [...(await whole).matchAll(/^id: (.+)$/gm)].map(([, status]) => status);
  expect(ids).toEqual(["scheduled", "ready", "terminating", "terminated"]);
  const resumed = await fetch(path, { headers: { "last-event-id": "ready" } });
  expect(resumed.headers.get("access-control-allow-origin")).toBe("*");
  expect(await resumed.text()).toMatch(
    /^id: terminating\ndata: .*\n\nid: terminated\ndata: .*\n\n$/,
  );
  // Told so, an EventSource does not ask again.
  const seen = await fetch(path, { headers: { "last-event-id": "terminated" } });
  expect(seen.status).toBe(204);
});

test("pull progress is an event of its own, without an id", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  const { backend_id: id } = await connect(hangar);
  report(drone, id, { status: "loading" });
  await drone.next("report-ack");
  const streaming = fetch(`${hangar.controller.url}/v1/backends/${id}/status/stream`);
  const text = streaming.then((response) => response.text());
  await streaming;
  drone.say({ type: "progress", backend_id: id, progress: { percent: 42, text: "pulling" } });
  await waitFor("progress in the status", async () => (await statusOf(hangar, id)).progress);
  report(drone, id, { status: "terminated", reason: "pullfailed" });
  expect(await text).toMatch(/\n\nevent: progress\ndata: .*"percent":42.*\n\nid: terminated/);
});

test("a controller that restarts knows everything again", async () => {
  await using hangar = await aController();
  const { backend_id, token } = await (async () => {
    await using drone = await hangar.drone();
    const connected = await connect(hangar, { key: { name: "doc" } });
    await runSpawn(drone);
    await waitFor("ready", async () => {
      return (await statusOf(hangar, connected.backend_id)).status === "ready";
    });
    return connected;
  })();
  await hangar.controller[Symbol.asyncDispose]();
  await using again = await aController({ dataDir: hangar.dataDir });
  const joined = await again.call("POST", "/v1/connect", { key: { name: "doc" } });
  expect(joined.body).toMatchObject({ spawned: false, backend_id, status: "ready" });
  await using proxy = await again.proxy();
  proxy.say({ type: "route-request", request_id: 1, label: backend_id, token: token ?? "" });
  expect(await proxy.next("route-response")).toMatchObject({ result: { kind: "route" } });
});
