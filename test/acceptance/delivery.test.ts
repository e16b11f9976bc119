import { once } from "node:events";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import type { ConnectResponse } from "../../src/protocol/connect.ts";
import type { DroneList } from "../../src/protocol/drone.ts";
import { PROTOCOL_VERSION, socketUrl } from "../../src/protocol/handshake.ts";
import {
  ADDRESS,
  aController,
  beat,
  CLUSTER,
  report,
  runSpawn,
} from "../controller/a-controller.ts";
import { waitFor } from "../harness/wait-for.ts";
import { leasedDrone, silentDrone } from "./a-drone.ts";

const RESEND = { resendIntervalMs: 30 };
const SPAWN = { image: "hangar/echo" };

const HELLO = {
  type: "hello",
  protocol_version: PROTOCOL_VERSION,
  version: "0.0.0-test",
  drone: "dr-one",
  identity: "machine-dr-one",
  cluster: CLUSTER,
  pool: "",
  runtime: "docker",
};

test("a spawn is delivered again until it is acknowledged, and then a terminate is the next message", async () => {
  await using hangar = await aController(RESEND);
  const first = await leasedDrone(hangar);
  const { body } = await hangar.call("POST", "/v1/connect", { spawn: SPAWN });
  const { backend_id } = body as ConnectResponse;
  const asked = await first.next("action");
  await first[Symbol.asyncDispose]();
  const second = await leasedDrone(hangar);
  const again = await second.next("action");
  expect(again).toEqual(asked);
  second.say({ type: "action-ack", action_id: again.action_id });
  await second.next("action-confirmed");
  await second[Symbol.asyncDispose]();
  await using third = await leasedDrone(hangar, { backendIds: [backend_id] });
  // By the answer to its inventory everything that was pending before has been sent as well.
  report(third, backend_id, { status: "ready", address: ADDRESS });
  await third.next("report-ack");
  await hangar.call("POST", `/v1/backends/${backend_id}/terminate`, {});
  const next = await third.next("action");
  expect(next.action).toEqual({
    type: "terminate",
    backend_id,
    kind: "soft",
    reason: "external",
  });
  expect(third.heard.some(({ type }) => type === "disown")).toBe(false);
});

test("an environment of half a megabyte reaches the drone whole", async () => {
  await using hangar = await aController();
  await using drone = await leasedDrone(hangar);
  // More than any database's notification holds, and than a header or a frame of the usual size.
  const env = Object.fromEntries(
    Array.from({ length: 30 }, (_, at) => [`PART_${at}`, `${at}`.repeat(15_000).slice(0, 15_000)]),
  );
  const { status } = await hangar.call("POST", "/v1/connect", { spawn: { ...SPAWN, env } });
  expect(status).toBe(200);
  const { action } = await drone.next("action");
  expect(action).toMatchObject({ type: "spawn", spec: { env } });
});

test.each([1000, 1001, 1011, 3000, 4999])(
  "a drone that leaves with the code %i is let go of at once",
  async (code) => {
    await using hangar = await aController();
    const { url, keys } = hangar.controller;
    const socket = new WebSocket(socketUrl(url, "drone"), {
      headers: { authorization: `Bearer ${keys.drone}` },
    });
    await once(socket, "open");
    socket.send(JSON.stringify(HELLO));
    const isConnected = async () => {
      const { drones } = (await hangar.call("GET", "/v1/drones")).body as DroneList;
      return drones[0]?.connected;
    };
    await waitFor("the drone", async () => await isConnected());
    socket.close(code);
    await waitFor("the drone to be gone", async () => (await isConnected()) === false);
  },
);

test("a drone that has only said hello is listed, given nothing, and told of as the reason", async () => {
  await using hangar = await aController();
  await using _drone = await silentDrone(hangar);
  const { status, body } = await hangar.call("GET", "/v1/drones");
  expect(status).toBe(200);
  expect(body).toMatchObject({ drones: [{ name: "dr-one", connected: true }] });
  const refused = await hangar.call("POST", "/v1/connect", { spawn: SPAWN });
  expect(refused.status).toBe(503);
  expect(JSON.stringify(refused.body)).toContain("has sent no heartbeat yet");
});

test("a drone takes its pool anew with each hello, and drains until somebody undrains it", async () => {
  await using hangar = await aController();
  const before = await leasedDrone(hangar, { pool: "small" });
  await hangar.call("POST", "/v1/drones/dr-one/drain", {});
  await before[Symbol.asyncDispose]();
  await using after = await leasedDrone(hangar, { pool: "large" });
  beat(after);
  const shown = await hangar.call("GET", "/v1/drones/dr-one");
  expect(shown.body).toMatchObject({ pool: "large", draining: true });
  await hangar.call("POST", "/v1/drones/dr-one/undrain", {});
  const spawn = { ...SPAWN, pool: "large" };
  expect((await hangar.call("POST", "/v1/connect", { spawn })).status).toBe(200);
  await runSpawn(after);
});
