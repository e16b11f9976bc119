import { expect, test } from "vitest";
import type { Backend } from "../../src/protocol/backend.ts";
import type { ConnectResponse } from "../../src/protocol/connect.ts";
import type { ErrorBody } from "../../src/protocol/errors.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import { waitFor } from "../harness/wait-for.ts";
import {
  ADDRESS,
  aController,
  beat,
  report,
  runSpawn,
  type TestController,
  type TestDrone,
} from "./a-controller.ts";

const SPAWN = { image: "hangar/echo" };
/** Short enough for a test, long enough for a busy machine. */
const LEASE = { renewMs: 300, softMs: 600, hardMs: 900, expiryMs: 1_200 };

async function connect(hangar: TestController, request: object): Promise<ConnectResponse> {
  return (await hangar.call("POST", "/v1/connect", request)).body;
}

async function backendOf(hangar: TestController, id: BackendId): Promise<Backend> {
  return (await hangar.call("GET", `/v1/backends/${id}`)).body;
}

async function untilReady(hangar: TestController, id: BackendId): Promise<void> {
  await waitFor("ready", async () => (await backendOf(hangar, id)).status === "ready");
}

async function spawnOf(drone: TestDrone) {
  return await drone.next("action", ({ action }) => action.type === "spawn");
}

test("a connect to a key whose backend is ending waits until it is gone and spawns the next", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  const key = { name: "doc" };
  const { backend_id: old } = await connect(hangar, { key, spawn: SPAWN });
  await runSpawn(drone);
  await untilReady(hangar, old);
  await hangar.call("POST", `/v1/backends/${old}/terminate`, {});
  const waiting = connect(hangar, { key, spawn: SPAWN });
  await drone.next("action", ({ action }) => action.type === "terminate");
  report(drone, old, { status: "terminating", reason: "external" });
  report(drone, old, { status: "terminated", reason: "external", kind: "soft", exit_code: 0 });
  const answer = await waiting;
  expect(answer.spawned).toBe(true);
  expect(answer.backend_id).not.toBe(old);
  const [before, after] = [
    await backendOf(hangar, old),
    await backendOf(hangar, answer.backend_id),
  ];
  expect(after.fencing_token).toBeGreaterThan(before.fencing_token);
});

test("a key whose backend does not end within wait_seconds is refused, and never handed out", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  const key = { name: "doc" };
  const { backend_id } = await connect(hangar, { key, spawn: SPAWN });
  await runSpawn(drone);
  await hangar.call("POST", `/v1/backends/${backend_id}/terminate`, {});
  const { status, body } = await hangar.call("POST", "/v1/connect", {
    key,
    spawn: SPAWN,
    wait_seconds: 0,
  });
  expect(status).toBe(409);
  expect((body as ErrorBody).error.code).toBe("key-ending");
});

test("a backend whose lease is not renewed is not handed out, and its key is free in the end", async () => {
  await using hangar = await aController({ lease: LEASE });
  await using drone = await hangar.drone();
  const key = { name: "doc" };
  const { backend_id } = await connect(hangar, { key, spawn: SPAWN });
  await runSpawn(drone);
  await hangar.call("POST", `/v1/backends/${backend_id}/prevent-renew`, {});
  drone.say({ type: "lease-request", request_id: 2, backend_ids: [backend_id] });
  expect(await drone.next("lease", ({ request_id }) => request_id === 2)).toMatchObject({
    refused: [backend_id],
    renew_ms: LEASE.renewMs,
    soft_ms: LEASE.softMs,
    hard_ms: LEASE.hardMs,
  });
  // The answer waits until the lease has ended, though the drone is alive and says nothing.
  const keeping = keepLease(drone);
  const next = await connect(hangar, { key, spawn: SPAWN });
  clearInterval(keeping);
  expect(next.backend_id).not.toBe(backend_id);
  expect((await backendOf(hangar, backend_id)).termination?.reason).toBe("keyexpired");
});

function keepLease(drone: TestDrone, request = { id: 100 }) {
  return setInterval(() => {
    request.id += 1;
    drone.say({ type: "lease-request", request_id: request.id, backend_ids: [] });
  }, LEASE.renewMs);
}

test("a lost drone's backends end and their keys are free, without a person", async () => {
  await using hangar = await aController({ lease: LEASE });
  const key = { name: "doc" };
  const lost = await hangar.drone("dr-lost");
  const { backend_id } = await connect(hangar, { key, spawn: SPAWN });
  await runSpawn(lost);
  await untilReady(hangar, backend_id);
  await lost[Symbol.asyncDispose]();
  await using other = await hangar.drone("dr-other");
  const keeping = keepLease(other);
  await waitFor("lost", async () => (await backendOf(hangar, backend_id)).status === "terminated");
  expect((await backendOf(hangar, backend_id)).termination?.reason).toBe("lost");
  const next = await connect(hangar, { key, spawn: SPAWN });
  clearInterval(keeping);
  expect(next).toMatchObject({ spawned: true, drone: "dr-other" });
  // It comes back with what it had: that is to be killed before it is granted anything.
  await using back = await hangar.drone("dr-lost");
  back.heard.length = 0;
  back.say({ type: "lease-request", request_id: 7, backend_ids: [backend_id] });
  await back.next("lease", ({ request_id }) => request_id === 7);
  const disown = await back.next("disown");
  expect(disown.backend_ids).toEqual([backend_id]);
});

test("a spawn that a drone refuses moves to another, and says who refused", async () => {
  await using hangar = await aController();
  await using first = await hangar.drone("dr-first");
  const { backend_id } = await connect(hangar, { key: { name: "doc" }, spawn: SPAWN });
  await using second = await hangar.drone("dr-second");
  const { action_id } = await spawnOf(first);
  first.say({ type: "action-refused", action_id, because: "Docker is away" });
  expect(await runSpawn(second)).toBe(backend_id);
  await untilReady(hangar, backend_id);
  expect(await backendOf(hangar, backend_id)).toMatchObject({ drone: "dr-second" });
});

test("a drone that acknowledges too late what another runs by now is told to end it", async () => {
  await using hangar = await aController({ beginWindowMs: 1 });
  await using slow = await hangar.drone("dr-slow");
  const { backend_id } = await connect(hangar, { key: { name: "doc" }, spawn: SPAWN });
  const { action_id } = await spawnOf(slow);
  await using quick = await hangar.drone("dr-quick");
  expect(await runSpawn(quick)).toBe(backend_id);
  slow.say({ type: "action-ack", action_id });
  expect((await slow.next("disown")).backend_ids).toEqual([backend_id]);
  expect(slow.heard.some(({ type }) => type === "action-confirmed")).toBe(false);
});

test("an acknowledged spawn is confirmed, as often as it is acknowledged", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  await connect(hangar, { key: { name: "doc" }, spawn: SPAWN });
  const { action_id } = await spawnOf(drone);
  for (let round = 0; round < 2; round += 1) {
    drone.say({ type: "action-ack", action_id });
    expect((await drone.next("action-confirmed")).action_id).toBe(action_id);
  }
});

test("a spawn that no drone will begin ends with the reasons", async () => {
  await using hangar = await aController({ spawnPatienceMs: 0 });
  await using drone = await hangar.drone("dr-only");
  const { backend_id } = await connect(hangar, { key: { name: "doc" }, spawn: SPAWN });
  beat(drone, { runtime: { name: "docker", ok: false, error: "no socket" } });
  const { action_id } = await spawnOf(drone);
  drone.say({ type: "action-refused", action_id, because: "Docker is away" });
  await waitFor("the end", async () => (await backendOf(hangar, backend_id)).termination !== null);
  const { termination } = await backendOf(hangar, backend_id);
  expect(termination).toMatchObject({ reason: "createfailed" });
  expect(termination?.message).toContain("dr-only Docker is away");
  expect(termination?.message).toContain("no socket");
});

test("a connect waits in line for a drone with room, and those in line are served in order", async () => {
  await using hangar = await aController();
  const queue_seconds = 20;
  const order: string[] = [];
  const waiting = ["a", "b"].map(async (name) => {
    const answer = await connect(hangar, { key: { name }, spawn: SPAWN, queue_seconds });
    order.push(name);
    return answer;
  });
  await using drone = await hangar.drone();
  for (const { spawned } of await Promise.all(waiting)) expect(spawned).toBe(true);
  expect(order).toEqual(["a", "b"]);
  expect(await runSpawn(drone)).toBeDefined();
});

test("who waits in line in vain is told why each drone was refused", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  expect(drone.heard).toBeDefined();
  await hangar.call("POST", "/v1/drones/dr-one/drain", {});
  const { status, body, headers } = await hangar.call("POST", "/v1/connect", {
    spawn: SPAWN,
    queue_seconds: 1,
  });
  expect(status).toBe(503);
  expect(headers.get("retry-after")).toBe("5");
  expect((body as ErrorBody).error).toMatchObject({
    code: "no-drone-available",
    details: { refusals: [{ drone: "dr-one", because: "is draining" }] },
  });
});

test("many connects at once to one key spawn one backend", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => connect(hangar, { key: { name: "doc" }, spawn: SPAWN })),
  );
  expect(new Set(answers.map(({ backend_id }) => backend_id)).size).toBe(1);
  expect(answers.filter(({ spawned }) => spawned)).toHaveLength(1);
  const tokens = new Set(answers.map(({ token }) => token));
  expect(tokens.size).toBe(40);
  expect(await runSpawn(drone)).toBe(answers[0]?.backend_id);
});

test("a controller that was away gives no key away before its drone could renew", async () => {
  const first = await aController({ lease: LEASE });
  const drone = await first.drone();
  const { backend_id } = await connect(first, { key: { name: "doc" }, spawn: SPAWN });
  await runSpawn(drone);
  await untilReady(first, backend_id);
  await drone[Symbol.asyncDispose]();
  const { dataDir } = first;
  await first.controller[Symbol.asyncDispose]();
  const expired = Date.now() + LEASE.expiryMs;
  await waitFor("the lease's end", () => Date.now() > expired);
  await using second = await aController({ lease: LEASE, dataDir });
  await using back = await second.drone("dr-one", [backend_id]);
  expect(back.heard.some(({ type }) => type === "disown")).toBe(false);
  expect((await backendOf(second, backend_id)).status).toBe("ready");
  report(back, backend_id, { status: "ready", address: ADDRESS });
  await first[Symbol.asyncDispose]();
});
