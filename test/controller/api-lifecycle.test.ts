import { expect, test } from "vitest";
import { Backend, Idleness, PreventRenewResponse } from "../../src/protocol/backend.ts";
import type { ConnectResponse } from "../../src/protocol/connect.ts";
import { ControllerList } from "../../src/protocol/controller.ts";
import { Drone } from "../../src/protocol/drone.ts";
import { ProxyList } from "../../src/protocol/proxy.ts";
import { validatorOf } from "../../src/protocol/validate.ts";
import { waitFor } from "../harness/wait-for.ts";
import { aController, runSpawn, type TestController } from "./a-controller.ts";

const NOBODY = "abcdefghij0123";

test.each([
  ["GET", "/v1/controllers"],
  ["GET", "/v1/proxies"],
  ["GET", `/v1/backends/${NOBODY}/idle`],
  ["POST", `/v1/backends/${NOBODY}/prevent-renew`],
  ["POST", "/v1/drones/dr-one/drain"],
  ["POST", "/v1/drones/dr-one/undrain"],
])("%s %s wants a key of scope admin", async (method, path) => {
  await using hangar = await aController();
  const body = method === "POST" ? {} : undefined;
  expect(await hangar.call(method, path, body, null)).toMatchObject({ status: 401 });
  const { drone } = hangar.controller.keys;
  expect(await hangar.call(method, path, body, drone)).toMatchObject({ status: 403 });
});

test.each([
  ["GET", `/v1/backends/${NOBODY}/idle`, `there is no backend ${NOBODY}`],
  ["POST", `/v1/backends/${NOBODY}/prevent-renew`, `there is no backend ${NOBODY}`],
  ["POST", "/v1/drones/dr-none/drain", "there is no drone dr-none"],
  ["POST", "/v1/drones/dr-none/undrain", "there is no drone dr-none"],
])("%s %s of nothing is a 404 that says so", async (method, path, message) => {
  await using hangar = await aController();
  const body = method === "POST" ? {} : undefined;
  expect(await hangar.call(method, path, body)).toMatchObject({
    status: 404,
    body: { error: { code: "not-found", message } },
  });
});

test("a drained drone gets no new backends until it is undrained", async () => {
  await using hangar = await aController();
  await using _drone = await hangar.drone();
  await untilHealthy(hangar);
  const drained = await hangar.call("POST", "/v1/drones/dr-one/drain", {});
  expect(validatorOf(Drone).accepts(drained.body)).toBe(true);
  expect(drained).toMatchObject({ status: 200, body: { draining: true, drain_ends_in_ms: null } });
  const spawn = { image: "hangar/echo" };
  expect(await hangar.call("POST", "/v1/connect", { spawn })).toMatchObject({
    status: 503,
    body: { error: { details: { refusals: [{ drone: "dr-one", because: "is draining" }] } } },
  });
  const undrained = await hangar.call("POST", "/v1/drones/dr-one/undrain", {});
  expect(undrained).toMatchObject({ status: 200, body: { draining: false } });
  expect(await hangar.call("POST", "/v1/connect", { spawn })).toMatchObject({ status: 200 });
});

test("a drain with a time ends the drone's backends when it is over, and says so until then", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  const id = await aReadyBackend(hangar, drone);
  const drain = (seconds: number) =>
    hangar.call("POST", "/v1/drones/dr-one/drain", { terminate_after_seconds: seconds });
  expect((await drain(3_600)).body).toMatchObject({ drain_ends_in_ms: expect.any(Number) });
  const idle = await hangar.call("GET", `/v1/backends/${id}/idle`);
  expect(idle.body).toMatchObject({ goes_because: "drain" });
  await drain(0);
  const { action } = await drone.next("action", (each) => each.action.type === "terminate");
  expect(action).toMatchObject({ backend_id: id, kind: "soft" });
});

test("a drain takes no other fields, and no negative time", async () => {
  await using hangar = await aController();
  for (const body of [{ terminate_after_seconds: -1 }, { force: true }]) {
    expect(await hangar.call("POST", "/v1/drones/dr-one/drain", body)).toMatchObject({
      status: 400,
    });
  }
});

test("idle says who holds a backend up, and when it goes once nobody does", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  await using proxy = await hangar.proxy();
  const id = await aReadyBackend(hangar, drone, { max_idle_seconds: 600 });
  const idle = async () => {
    const { body } = await hangar.call("GET", `/v1/backends/${id}/idle`);
    expect(validatorOf(Idleness).accepts(body)).toBe(true);
    return body as Idleness;
  };
  proxy.say({ type: "activity", complete: true, backends: [] });
  proxy.say({ type: "activity", backends: [{ backend_id: id, open: 2, idle_ms: 0 }] });
  const held = await waitFor("the connections", async () => {
    const told = await idle();
    return told.held_by.length > 0 ? told : undefined;
  });
  expect(held).toMatchObject({
    held_by: [{ kind: "connections", proxy: "px-one", open: 2 }],
    goes_at: null,
  });
  proxy.say({ type: "activity", backends: [{ backend_id: id, open: 0, idle_ms: 0 }] });
  const { goes_at, goes_because, idle_since } = await waitFor("their end", async () => {
    const told = await idle();
    return told.held_by.length === 0 ? told : undefined;
  });
  expect(goes_because).toBe("idle");
  expect(goes_at).toBe((idle_since ?? 0) + 600_000);
});

test("prevent-renew takes a backend's lease from renewal, and asking again changes nothing", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  const id = await aReadyBackend(hangar, drone);
  const inspect = async () => (await hangar.call("GET", `/v1/backends/${id}`)).body as Backend;
  expect((await inspect()).lease).toEqual({ expires_at: expect.any(Number), renewable: true });
  const ask = () => hangar.call("POST", `/v1/backends/${id}/prevent-renew`, {});
  const first = await ask();
  expect(validatorOf(PreventRenewResponse).accepts(first.body)).toBe(true);
  expect(first).toMatchObject({
    status: 200,
    body: { backend_id: id, lease: { renewable: false } },
  });
  expect((await ask()).body).toEqual(first.body);
  expect((await inspect()).lease).toMatchObject({ renewable: false });
  expect((await hangar.call("GET", `/v1/backends/${id}/idle`)).body).toMatchObject({
    goes_because: "lease",
  });
});

test("a drone is shown with the time that its lease still has", async () => {
  await using hangar = await aController();
  await using _drone = await hangar.drone();
  const { body } = await hangar.call("GET", "/v1/drones/dr-one");
  expect(validatorOf(Drone).accepts(body)).toBe(true);
  const { lease_expires_in_ms: leftMs } = body as Drone;
  expect(leftMs).toBeGreaterThan(50_000);
  expect(leftMs).toBeLessThanOrEqual(60_000);
});

test("the list of controllers has the one that answers", async () => {
  await using hangar = await aController();
  const controllers = await waitFor("its first beat", async () => {
    const { body } = await hangar.call("GET", "/v1/controllers");
    expect(validatorOf(ControllerList).accepts(body)).toBe(true);
    const list = (body as ControllerList).controllers;
    return list.length > 0 ? list : undefined;
  });
  expect(controllers[0]?.url).toBe(hangar.controller.url);
});

test("the list of proxies has what each says of itself", async () => {
  await using hangar = await aController();
  await using proxy = await hangar.proxy();
  const load = {
    connections: 7,
    requests_open: 3,
    active_backends: 2,
    requests_per_second: 12.5,
  };
  proxy.say({ type: "activity", complete: true, backends: [] });
  proxy.say({ type: "activity", backends: [], load });
  const listed = await waitFor("its load", async () => {
    const { body } = await hangar.call("GET", "/v1/proxies");
    expect(validatorOf(ProxyList).accepts(body)).toBe(true);
    const { proxies } = body as ProxyList;
    return proxies[0]?.connections === 7 ? proxies : undefined;
  });
  expect(listed).toMatchObject([{ name: "px-one", ...load }]);
  expect(listed[0]?.version).not.toBe("");
});

async function untilHealthy(hangar: TestController): Promise<void> {
  await waitFor("a healthy drone", async () => {
    const { body } = await hangar.call("GET", "/v1/drones/dr-one");
    return (body as Drone).healthy;
  });
}

async function aReadyBackend(
  hangar: TestController,
  drone: Awaited<ReturnType<TestController["drone"]>>,
  more: object = {},
) {
  await untilHealthy(hangar);
  const spawn = { image: "hangar/echo", ...more };
  const { body } = await hangar.call("POST", "/v1/connect", { spawn });
  const { backend_id } = body as ConnectResponse;
  await runSpawn(drone);
  await waitFor("ready", async () => {
    const { body } = await hangar.call("GET", `/v1/backends/${backend_id}`);
    expect(validatorOf(Backend).accepts(body)).toBe(true);
    return (body as Backend).status === "ready";
  });
  return backend_id;
}
