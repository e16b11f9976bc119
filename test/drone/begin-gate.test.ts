import { expect, test } from "vitest";
import { RESEND_INTERVAL_MS } from "../../src/protocol/timings.ts";
import { waitFor } from "../harness/wait-for.ts";
import { type DroneStage, droneStage } from "./drone-stage.ts";
import { newActionId, specOf } from "./spec-of.ts";

/** A drone whose spawns nobody confirms until the test does. */
async function unconfirmedStage() {
  const stage = await droneStage();
  const { controller } = stage;
  controller.confirmsActions = false;
  const drone = await stage.join();
  const spec = specOf();
  const id = spec.backend_id;
  const actionId = newActionId();
  return Object.assign(stage, {
    drone,
    spec,
    id,
    actionId,
    async accept() {
      controller.spawn(spec, controller.beginBy(10_000), actionId);
      await waitFor("acknowledgement", () => acks(stage).length > 0);
    },
  });
}

const acks = ({ controller }: DroneStage) => controller.all("action-ack").map((m) => m.action_id);
const refusals = ({ controller }: DroneStage) => controller.all("action-refused");
const creations = ({ runtime }: DroneStage) =>
  runtime.calls.filter((call) => call.startsWith("create"));

async function settled(stage: DroneStage) {
  for (let turn = 0; turn < 20; turn += 1) await stage.clock.advance(1);
}

test("a spawn is acknowledged and its image pulled, but nothing comes of it before it is confirmed", async () => {
  await using stage = await unconfirmedStage();
  const { controller, runtime, id } = stage;
  await stage.accept();
  await waitFor("pull", () => runtime.calls.includes(`pull ${id}`));
  await stage.clock.advance(5_000);
  expect(creations(stage)).toEqual([]);
  expect(controller.states(id)).toEqual([{ status: "loading" }]);
  controller.confirm(stage.actionId);
  await waitFor("ready", () => controller.state(id, "ready"));
  expect(creations(stage)).toHaveLength(1);
});

test("an ack that is not confirmed is sent again, and at once on a new connection", async () => {
  await using stage = await unconfirmedStage();
  await stage.accept();
  await stage.clock.advance(RESEND_INTERVAL_MS);
  await waitFor("again", () => acks(stage).length === 2);
  stage.controller.hangUp();
  await waitFor("down", () => stage.logLines.some((line) => line.includes("not connected")));
  await stage.clock.advance(200);
  await waitFor("third", () => acks(stage).length === 3);
  expect(new Set(acks(stage))).toEqual(new Set([stage.actionId]));
  stage.controller.confirm(stage.actionId);
  await waitFor("ready", () => stage.controller.state(stage.id, "ready"));
  await stage.clock.advance(2 * RESEND_INTERVAL_MS);
  expect(acks(stage)).toHaveLength(3);
});

test("a spawn that is not confirmed in time is given up, refused, and leaves nothing", async () => {
  await using stage = await unconfirmedStage();
  const { controller, runtime, actionId, id } = stage;
  await stage.accept();
  await stage.clock.advance(9_500);
  expect(refusals(stage)).toEqual([]);
  await stage.clock.advance(1_000);
  const refused = await waitFor("refusal", () => refusals(stage).at(0));
  expect(refused).toEqual({
    type: "action-refused",
    action_id: actionId,
    because: "it was not confirmed in time",
  });
  controller.confirm(actionId);
  controller.spawn(stage.spec, controller.beginBy(10_000), actionId);
  await waitFor("the same answer", () => refusals(stage).length === 2);
  await settled(stage);
  expect(creations(stage)).toEqual([]);
  expect(await runtime.list()).toEqual([]);
  expect(controller.state(id, "terminated")).toBeUndefined();
});

test("what was given up while nobody heard is told on the next welcome", async () => {
  await using stage = await unconfirmedStage();
  await stage.accept();
  await stage.drone[Symbol.asyncDispose]();
  await stage.clock.advance(11_000);
  stage.controller.received.length = 0;
  await stage.start();
  await waitFor("refusal", () => refusals(stage).some((m) => m.action_id === stage.actionId));
  const inventory = await waitFor("inventory", () => stage.controller.all("inventory").at(0));
  expect(inventory.backend_ids).toEqual([]);
  expect(creations(stage)).toEqual([]);
});

test("a spawn is confirmed to a drone that was started again meanwhile", async () => {
  await using stage = await unconfirmedStage();
  const { controller } = stage;
  await stage.accept();
  await stage.drone[Symbol.asyncDispose]();
  await stage.clock.advance(5_000);
  await stage.start();
  await waitFor("another ack", () => acks(stage).length === 2);
  controller.confirm(stage.actionId);
  await waitFor("ready", () => controller.state(stage.id, "ready"));
  expect(creations(stage)).toHaveLength(1);
});

test("what was given up here may come again under another action, and then runs", async () => {
  await using stage = await unconfirmedStage();
  const { controller } = stage;
  await stage.accept();
  await stage.clock.advance(11_000);
  await waitFor("refusal", () => refusals(stage).length === 1);
  controller.confirmsActions = true;
  controller.spawn(stage.spec);
  await waitFor("ready", () => controller.state(stage.id, "ready"));
  expect(creations(stage)).toHaveLength(1);
});

test("what is disowned before it is confirmed leaves nothing, and may come again", async () => {
  await using stage = await unconfirmedStage();
  const { controller } = stage;
  await stage.accept();
  controller.send({ type: "disown", backend_ids: [stage.id] });
  controller.confirm(stage.actionId);
  controller.confirmsActions = true;
  controller.spawn(stage.spec);
  await waitFor("ready", () => controller.state(stage.id, "ready"));
  expect(creations(stage)).toHaveLength(1);
});

test("a second action for the same spawn takes the place of one that is not confirmed", async () => {
  await using stage = await unconfirmedStage();
  const { controller } = stage;
  await stage.accept();
  const second = controller.spawn(stage.spec, controller.beginBy(20_000));
  await waitFor("second ack", () => acks(stage).includes(second));
  controller.confirm(stage.actionId);
  await settled(stage);
  expect(creations(stage)).toEqual([]);
  controller.confirm(second);
  await waitFor("ready", () => controller.state(stage.id, "ready"));
});

test("a terminate ends a spawn that is not confirmed, and it is not given up as well", async () => {
  await using stage = await unconfirmedStage();
  const { controller } = stage;
  await stage.accept();
  controller.act({ type: "terminate", backend_id: stage.id, kind: "soft", reason: "external" });
  await waitFor("terminated", () => controller.state(stage.id, "terminated"));
  await stage.clock.advance(11_000);
  expect(refusals(stage)).toEqual([]);
  expect(creations(stage)).toEqual([]);
});

test("a pull that fails is told once the spawn is confirmed", async () => {
  await using stage = await unconfirmedStage();
  const { controller, id, actionId } = stage;
  const spec = { ...stage.spec, image: "nowhere/nothing" };
  controller.spawn(spec, controller.beginBy(10_000), actionId);
  await waitFor("pull", () => stage.runtime.calls.includes(`pull ${id}`));
  await settled(stage);
  expect(controller.states(id)).toEqual([{ status: "loading" }]);
  controller.confirm(actionId);
  const end = await waitFor("terminated", () => controller.state(id, "terminated"));
  expect(end.reason).toBe("pullfailed");
});

test("a confirmation that comes after the lease has lapsed begins nothing", async () => {
  await using stage = await droneStage();
  const { controller } = stage;
  controller.confirmsActions = false;
  controller.lease = { renew_ms: 3_000, soft_ms: 4_000, hard_ms: 5_000 };
  await stage.join();
  const spec = specOf();
  const actionId = controller.spawn(spec, controller.beginBy(600_000));
  await waitFor("acknowledgement", () => acks(stage).length === 1);
  controller.grantsLeases = false;
  stage.bootClock.suspend(60_000);
  controller.confirm(actionId);
  const end = await waitFor("terminated", () => controller.state(spec.backend_id, "terminated"));
  expect(end).toMatchObject({ reason: "keyexpired" });
  expect(creations(stage)).toEqual([]);
});

test("a refusal holds for its action, however often that comes, and for no other", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  const drone = await stage.join();
  const spec = specOf();
  const late = controller.beginBy(-1);
  const actionId = controller.spawn(spec, late);
  const [first] = await waitFor("refusal", () =>
    refusals(stage).length > 0 ? refusals(stage) : undefined,
  );
  expect(first?.because).toBe("the time to begin it is over");
  await drone[Symbol.asyncDispose]();
  await stage.start();
  await waitFor("inventory", () => controller.all("inventory").length === 2);
  controller.spawn(spec, controller.beginBy(10_000), actionId);
  await waitFor("again", () => refusals(stage).length === 2);
  expect(refusals(stage)[1]).toEqual(first);
  expect(runtime.calls.filter((call) => call.startsWith("pull"))).toEqual([]);
  const beats = controller.all("heartbeat").length;
  await waitFor("heartbeat", async () => {
    await stage.clock.advance(1_000);
    return controller.all("heartbeat").length > beats;
  });
  controller.spawn(spec);
  await waitFor("ready", () => controller.state(spec.backend_id, "ready"));
});

test("a drone refuses more backends than it may have, until one has ended", async () => {
  await using stage = await droneStage({ maxBackends: 1 });
  const { controller } = stage;
  await stage.join();
  const first = stage.spawn();
  await waitFor("ready", () => controller.state(first, "ready"));
  stage.spawn();
  const refused = await waitFor("refusal", () => refusals(stage).at(0));
  expect(refused.because).toBe("the drone is full: it has 1 of at most 1 backends");
  stage.runtime.exit(first, 0);
  await waitFor("terminated", () => controller.state(first, "terminated"));
  const next = stage.spawn();
  await waitFor("ready", () => controller.state(next, "ready"));
});

test("a drone refuses what it has no runtime for", async () => {
  await using stage = await droneStage();
  const { controller, runtime, clock } = stage;
  await stage.join();
  runtime.goAway();
  await waitFor("bad news", async () => {
    await clock.advance(500);
    return controller.all("heartbeat").some(({ health }) => !health.runtime.ok);
  });
  stage.spawn();
  const refused = await waitFor("refusal", () => refusals(stage).at(0));
  expect(refused.because).toBe("the runtime is away: scripted to be away");
});

test("a drone without a lease refuses, and takes spawns once it holds one", async () => {
  await using stage = await droneStage();
  const { controller } = stage;
  controller.grantsLeases = false;
  await stage.join();
  stage.spawn();
  // The answer may be on its way at first.
  await stage.clock.advance(RESEND_INTERVAL_MS - 500);
  expect(refusals(stage)).toEqual([]);
  await stage.clock.advance(1_000);
  const refused = await waitFor("refusal", () => refusals(stage).at(0));
  expect(refused.because).toBe("the drone holds no lease");
  const request = controller.all("lease-request").at(-1);
  if (request === undefined) throw new Error("no request");
  controller.grant(request);
  const id = stage.spawn();
  await waitFor("ready", () => controller.state(id, "ready"));
});

test("a drone whose lease has lapsed refuses", async () => {
  await using stage = await droneStage();
  const { controller } = stage;
  controller.lease = { renew_ms: 3_000, soft_ms: 4_000, hard_ms: 5_000 };
  await stage.join();
  controller.grantsLeases = false;
  await stage.clock.advance(7_500);
  stage.spawn();
  const refused = await waitFor("refusal", () => refusals(stage).at(0));
  expect(refused.because).toBe("the drone's lease has lapsed");
});

test("a spawn that comes before the lease and the runtime are known waits for them", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  controller.grantsLeases = false;
  const { health } = runtime;
  let answers = () => {};
  const asked = new Promise<void>((resolve) => {
    answers = resolve;
  });
  runtime.health = async () => {
    await asked;
    return await health.call(runtime);
  };
  await stage.start();
  const request = await waitFor("request", () => controller.all("lease-request").at(0));
  const id = stage.spawn();
  stage.spawn({ backend_id: id });
  controller.grant(request);
  await settled(stage);
  expect([...acks(stage), ...refusals(stage)]).toEqual([]);
  answers();
  await waitFor("ready", () => controller.state(id, "ready"));
  expect(creations(stage)).toHaveLength(1);
  expect(acks(stage)).toHaveLength(2);
});
