import { expect, test } from "vitest";
import { StreamHub } from "../../../controller/streams/stream-hub.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";
import { MAX_DRONE_STREAMS } from "../../../src/protocol/timings.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { TestClock } from "../../harness/test-clock.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { aController, runSpawn, type TestController, type TestDrone } from "../a-controller.ts";

async function aBackend(hangar: TestController, drone: TestDrone): Promise<BackendId> {
  await waitFor("a spawn", async () => {
    const { status } = await hangar.call("POST", "/v1/connect", { spawn: { image: "app" } });
    return status === 200;
  });
  const id = await runSpawn(drone);
  await waitFor("it to be ready", async () => {
    const { body } = await hangar.call("GET", `/v1/backends/${id}`);
    return (body as { status: string }).status === "ready";
  });
  return id;
}

test("who asks a drone that tells as many streams as it can hears so, and when to come again", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  const id = await aBackend(hangar, drone);
  drone.answer("stream-open", ({ stream_id }) => ({
    ...{ type: "stream-end", stream_id, frames: 0 },
    problem: { code: "too-many", message: "the drone tells 1000 streams already" },
  }));
  for (const path of [`/v1/backends/${id}/metrics`, `/v1/backends/${id}/logs`]) {
    const answer = await hangar.call("GET", path);
    expect(answer, path).toMatchObject({
      status: 503,
      body: { error: { code: "too-many-streams", message: expect.stringContaining("1000") } },
    });
    expect(answer.headers.get("retry-after")).toBe("5");
  }
  const { status, body } = await hangar.call("GET", "/v1/metrics");
  expect([status, body]).toEqual([200, { metrics: [] }]);
});

test("what the runtime refuses is refused at once, and nobody asks again", async () => {
  await using hangar = await aController();
  await using drone = await hangar.drone();
  const id = await aBackend(hangar, drone);
  let asked = 0;
  drone.answer("stream-open", ({ stream_id }) => {
    asked += 1;
    const problem = { code: "refused", message: "Bad parameters" } as const;
    return { type: "stream-end", stream_id, frames: 0, problem };
  });
  const refused = await hangar.call("GET", `/v1/backends/${id}/logs`);
  expect(refused).toMatchObject({
    status: 400,
    body: {
      error: { code: "invalid-request", message: "the drone's runtime refuses: Bad parameters" },
    },
  });
  const { url, keys } = hangar.controller;
  const headers = { accept: "text/event-stream", authorization: `Bearer ${keys.admin}` };
  const stream = await fetch(`${url}/v1/backends/${id}/logs?follow=true`, { headers });
  expect([stream.status, await stream.text()]).toEqual([200, ""]);
  expect(asked).toBe(2);
});

test("a controller refuses by itself what a full drone of its own would, and knows when there is room", async () => {
  const store = { controllerOf: async () => null, post: () => undefined };
  await using hub = new StreamHub({
    store: { ...store, onPost: () => () => undefined },
    ...{ clock: new TestClock(), log: recordingLog().log, controllerId: "co-one" },
  });
  await expect(hub.mustReach("dr-one")).rejects.toMatchObject({ code: "unavailable" });
  const drone = hub.drones.attach("dr-one", () => undefined);
  const what = { kind: "metrics", backend_ids: [] } as { kind: "metrics"; backend_ids: [] };
  const open = (stream_id: string) =>
    hub.drones.send("dr-one", { type: "stream-open", stream_id, what, credit: 4 }, () => undefined);
  for (let number = 1; number < MAX_DRONE_STREAMS; number += 1) open(`stream-${number}`);
  await hub.mustReach("dr-one");
  open("the-last-one");
  await expect(hub.mustReach("dr-one")).rejects.toMatchObject({ code: "too-many" });
  drone.receive({ type: "stream-end", stream_id: "stream-1", frames: 0 });
  await hub.mustReach("dr-one");
});
