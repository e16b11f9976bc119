import { expect, test } from "vitest";
import type { Backend, PublicStatus } from "../../src/protocol/backend.ts";
import type { ConnectResponse } from "../../src/protocol/connect.ts";
import type { ControllerList } from "../../src/protocol/controller.ts";
import { newBackendId } from "../../src/protocol/ids.ts";
import {
  aController,
  report,
  runSpawn,
  type TestController,
  type TestDrone,
} from "../controller/a-controller.ts";
import { waitFor } from "../harness/wait-for.ts";
import { leasedDrone } from "./a-drone.ts";

async function untilListed(hangar: TestController): Promise<string[]> {
  const controllers = await waitFor("the list", async () => {
    const { body } = await hangar.call("GET", "/v1/controllers");
    const list = body as ControllerList;
    return list.controllers.length > 0 ? list.controllers : undefined;
  });
  return controllers.map(({ id }) => id);
}

test("a controller is listed once it has started, and no more once it has left in order", async () => {
  await using first = await aController();
  const [id] = await untilListed(first);
  expect(id).toBeDefined();
  await first.controller[Symbol.asyncDispose]();
  await using second = await aController({ dataDir: first.dataDir });
  const later = await untilListed(second);
  expect(later).toHaveLength(1);
  expect(later).not.toContain(id);
});

test("a drone that dials is the one that is listed", async () => {
  await using hangar = await aController();
  expect((await hangar.call("GET", "/v1/drones")).body).toMatchObject({ drones: [] });
  await using _drone = await leasedDrone(hangar, { name: "dr-new" });
  expect((await hangar.call("GET", "/v1/drones")).body).toMatchObject({
    drones: [{ name: "dr-new", connected: true }],
  });
});

test("the status of a backend that nobody has is 404, its stream as well, and neither stays open", async () => {
  await using hangar = await aController();
  const path = `/v1/backends/${newBackendId()}/status`;
  for (const question of [path, `${path}?wait=ready`, `${path}/stream`]) {
    const { status, body } = await hangar.call("GET", question, undefined, null);
    expect(status).toBe(404);
    expect(body).toMatchObject({ error: { code: "not-found" } });
  }
});

test("a stream of what has ended already tells the end, and ends", async () => {
  await using hangar = await aController();
  await using drone = await leasedDrone(hangar);
  const { body } = await hangar.call("POST", "/v1/connect", { spawn: { image: "hangar/echo" } });
  const { backend_id } = body as ConnectResponse;
  await runSpawn(drone);
  report(drone, backend_id, { status: "terminated", reason: "exited", exit_code: 0 });
  await drone.next("report-ack");
  await drone.next("report-ack");
  const path = `${hangar.controller.url}/v1/backends/${backend_id}/status/stream`;
  const whole = await (await fetch(path)).text();
  expect([...whole.matchAll(/^id: (.+)$/gm)].at(-1)?.[1]).toBe("terminated");
});

/** Runs so many backends as an obedient drone would, until each has ended as it was asked to. */
async function obey(drone: TestDrone, count = 1): Promise<void> {
  for (let begun = 0; begun < count; begun += 1) await runSpawn(drone);
  for (let ended = 0; ended < count; ended += 1) {
    const { action_id, action } = await drone.next("action");
    if (action.type !== "terminate") throw new Error("not an end");
    const { backend_id, reason, kind } = action;
    drone.say({ type: "action-ack", action_id });
    report(drone, backend_id, { status: "terminating", reason });
    report(drone, backend_id, { status: "terminated", reason, kind });
  }
}

const BRIEF = { image: "hangar/echo", lifetime_limit_seconds: 1 };

test("a spawn without a pool goes to the drone without one, each other to its pool's, and all end with their lifetime", async () => {
  await using hangar = await aController();
  await using plain = await leasedDrone(hangar, { name: "dr-plain" });
  await using pooled = await leasedDrone(hangar, { name: "dr-pooled", pool: "gpu" });
  const spawns = [BRIEF, { ...BRIEF, pool: "gpu" }, { ...BRIEF, pool: "gpu" }];
  const answers: ConnectResponse[] = [];
  for (const [at, spawn] of spawns.entries()) {
    const request = { key: { name: `key-${at}` }, spawn };
    answers.push((await hangar.call("POST", "/v1/connect", request)).body);
  }
  expect(answers.map(({ drone }) => drone)).toEqual(["dr-plain", "dr-pooled", "dr-pooled"]);
  await Promise.all([obey(plain), obey(pooled, 2)]);
  for (const { backend_id } of answers) {
    await waitFor("the end", async () => {
      const { body } = await hangar.call("GET", `/v1/backends/${backend_id}`);
      return (body as Backend).termination?.reason === "swept";
    });
  }
});

test("the first answer says scheduled, the next to the same key where it has got to", async () => {
  await using hangar = await aController();
  await using drone = await leasedDrone(hangar);
  const request = { key: { name: "doc" }, spawn: BRIEF };
  const first = (await hangar.call("POST", "/v1/connect", request)).body as ConnectResponse;
  expect(first).toMatchObject({ spawned: true, status: "scheduled" });
  const obeyed = obey(drone);
  const joined = await waitFor("progress", async () => {
    const answer = (await hangar.call("POST", "/v1/connect", request)).body as ConnectResponse;
    return answer.status !== "scheduled" && answer;
  });
  expect(joined).toMatchObject({ spawned: false, backend_id: first.backend_id, status: "ready" });
  await obeyed;
  await waitFor("the end", async () => {
    const { body } = await hangar.call("GET", `/v1/backends/${first.backend_id}/status`);
    return (body as PublicStatus).status === "terminated";
  });
});
