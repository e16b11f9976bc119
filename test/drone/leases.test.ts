import { expect, test } from "vitest";
import { waitFor } from "../harness/wait-for.ts";
import { type DroneStage, droneStage } from "./drone-stage.ts";
import { loseJournal } from "./lose-journal.ts";

const LEASE = { renew_ms: 30_000, soft_ms: 40_000, hard_ms: 50_000 };

/** A drone that holds its first lease from second 0 on, and one ready backend that does not stop softly. */
async function leasedStage() {
  const stage = await droneStage();
  const { controller } = stage;
  controller.lease = LEASE;
  stage.runtime.apps.echo = { stubborn: true };
  const drone = await stage.join();
  const id = await spawnReady(stage);
  return Object.assign(stage, {
    drone,
    id,
    requests: () => controller.all("lease-request"),
    status: (backend = id) => controller.states(backend).at(-1)?.status,
    terminated: (backend = id) =>
      waitFor("terminated", () => controller.state(backend, "terminated")),
  });
}

async function spawnReady(stage: DroneStage) {
  const id = stage.spawn({ grace_seconds: 600 });
  await waitFor("ready", () => stage.controller.state(id, "ready"));
  return id;
}

const expired = { reason: "keyexpired", kind: "hard", exit_code: 137 };

test("a lease is asked for at once on a welcome, after what is to report and before the inventory", async () => {
  await using stage = await droneStage();
  const { controller } = stage;
  controller.acknowledgesReports = false;
  const drone = await stage.join();
  const id = stage.spawn();
  await waitFor("ready", () => controller.state(id, "ready"));
  await drone[Symbol.asyncDispose]();
  controller.received.length = 0;
  await stage.join();
  const types = controller.received.map(({ type }) => type);
  expect(types.slice(0, 7)).toEqual([
    "hello",
    ...Array(4).fill("report"),
    "lease-request",
    "inventory",
  ]);
  expect(controller.all("lease-request").at(0)?.backend_ids).toEqual([id]);
});

test("a lease is renewed from its renewal time on, and not before", async () => {
  await using stage = await leasedStage();
  const { clock, requests } = stage;
  await clock.advance(29_000);
  expect(requests()).toHaveLength(1);
  await clock.advance(1_500);
  const renewal = await waitFor("renewal", () => requests().at(1));
  expect(renewal.backend_ids).toEqual([stage.id]);
  await clock.advance(28_000);
  expect(requests()).toHaveLength(2);
  expect(stage.status()).toBe("ready");
});

test("a renewal that is not answered is asked for again, and at once on a new connection", async () => {
  await using stage = await leasedStage();
  const { clock, requests, controller } = stage;
  controller.grantsLeases = false;
  await clock.advance(30_500);
  await waitFor("renewal", () => requests().length === 2);
  await clock.advance(5_000);
  await waitFor("again", () => requests().length === 3);
  controller.hangUp();
  await waitFor("down", () => stage.logLines.some((line) => line.includes("not connected")));
  await clock.advance(200);
  await waitFor("welcome", () => controller.all("hello").length === 2);
  const last = await waitFor("at once", () => requests().at(3));
  controller.grant(last);
  await waitFor("resting", async () => {
    await clock.advance(5_000);
    return requests().length === 4;
  });
  expect(stage.status()).toBe("ready");
});

test("without a renewal backends are asked to end at the soft deadline, and killed at the hard one", async () => {
  await using stage = await leasedStage();
  const { clock, controller, runtime, id } = stage;
  controller.grantsLeases = false;
  await clock.advance(39_500);
  expect(stage.status()).toBe("ready");
  await clock.advance(1_000);
  const soft = await waitFor("terminating", () => controller.state(id, "terminating"));
  expect(soft.reason).toBe("keyexpired");
  await waitFor("stop", () => runtime.calls.includes(`stop ${id}`));
  await clock.advance(9_000);
  expect(await runtime.inspect(id)).toMatchObject({ state: "running" });
  await clock.advance(1_000);
  expect(await stage.terminated()).toMatchObject(expired);
});

test("a backend whose renewal was refused keeps its deadlines, while the others live on", async () => {
  await using stage = await leasedStage();
  const { clock, controller, runtime, id: refused } = stage;
  const other = await spawnReady(stage);
  controller.refusesLease.add(refused);
  await clock.advance(30_500);
  await waitFor("renewal", () => stage.requests().length === 2);
  await clock.advance(10_000);
  await waitFor("terminating", () => controller.state(refused, "terminating"));
  expect(await runtime.inspect(refused)).toMatchObject({ state: "running" });
  await clock.advance(10_000);
  expect(await stage.terminated(refused)).toMatchObject(expired);
  expect(stage.status(other)).toBe("ready");
});

test("a late answer to an earlier request moves no deadline back", async () => {
  await using stage = await leasedStage();
  const { clock, controller, requests } = stage;
  controller.grantsLeases = false;
  await clock.advance(30_500);
  await waitFor("second", () => requests().length === 2);
  await clock.advance(5_000);
  await waitFor("third", () => requests().length === 3);
  const [, second, third] = requests();
  if (!second || !third) throw new Error("three requests");
  controller.grant(third);
  controller.grant(second);
  await heard(stage);
  // 72 s: past the soft deadline of the second, and not of the third.
  await clock.advance(36_500);
  expect(stage.status()).toBe("ready");
  await clock.advance(4_000);
  await waitFor("terminating", () => stage.status() === "terminating");
});

/** Resolves once the drone has handled what was sent to it. */
async function heard({ controller }: DroneStage) {
  const acks = () => controller.all("action-ack").length;
  const before = acks();
  const other = controller.act({
    type: "terminate",
    backend_id: "aaaaaaaaaaaaaa" as never,
    kind: "hard",
    reason: "external",
  });
  await waitFor(`ack of ${other}`, () => acks() > before);
}

test("a lapsed backend is not revived by a later lease, under which others may begin", async () => {
  await using stage = await leasedStage();
  const { clock, controller, id, requests } = stage;
  controller.grantsLeases = false;
  await clock.advance(40_500);
  await waitFor("terminating", () => stage.status() === "terminating");
  const last = requests().at(-1);
  if (last === undefined) throw new Error("no request");
  controller.grantsLeases = true;
  controller.grant(last);
  await heard(stage);
  const next = await spawnReady(stage);
  await clock.advance(9_000);
  expect(stage.status()).toBe("terminating");
  await clock.advance(1_000);
  expect(await stage.terminated(id)).toMatchObject(expired);
  expect(stage.status(next)).toBe("ready");
});

test("an answer that comes after a lease has lapsed does not undo that", async () => {
  await using stage = await leasedStage();
  const { clock, controller, bootClock, requests } = stage;
  controller.grantsLeases = false;
  await clock.advance(30_500);
  const renewal = await waitFor("renewal", () => requests().at(1));
  bootClock.suspend(10_000);
  controller.grant(renewal);
  await waitFor("terminating", () => stage.status() === "terminating");
});

test("a machine that was suspended past a deadline notices when it wakes", async () => {
  await using stage = await leasedStage();
  const { clock, controller, bootClock } = stage;
  controller.grantsLeases = false;
  bootClock.suspend(45_000);
  await clock.advance(500);
  await waitFor("terminating", () => stage.status() === "terminating");
  bootClock.suspend(60_000);
  await clock.advance(500);
  expect(await stage.terminated()).toMatchObject(expired);
});

test("a lease whose deadlines are in disorder is not taken", async () => {
  await using stage = await leasedStage();
  const { clock, controller } = stage;
  controller.lease = { renew_ms: 30_000, soft_ms: 80_000, hard_ms: 80_000 };
  await clock.advance(30_500);
  await waitFor("renewal", () => stage.requests().length >= 2);
  await clock.advance(10_000);
  await waitFor("terminating", () => stage.status() === "terminating");
});

test("a drone that returns while its lease holds goes on with its backends", async () => {
  await using stage = await leasedStage();
  const { clock, controller, drone } = stage;
  controller.grantsLeases = false;
  await drone[Symbol.asyncDispose]();
  await clock.advance(35_000);
  await stage.start();
  await waitFor("inventory", () => controller.all("inventory").length === 2);
  await clock.advance(4_500);
  expect(stage.status()).toBe("ready");
  await clock.advance(1_000);
  await waitFor("terminating", () => stage.status() === "terminating");
});

test.each([
  ["the soft deadline", (stage: DroneStage) => stage.clock.advance(41_000), "terminating"],
  ["the hard deadline", (stage: DroneStage) => stage.clock.advance(51_000), "hard-terminating"],
  ["another boot", async (stage: DroneStage) => stage.bootClock.reboot(), "hard-terminating"],
] as const)(
  "a drone that returns after %s ends its backends before anything else",
  async (_, passes, status) => {
    await using stage = await leasedStage();
    const { controller, drone, id, runtime } = stage;
    await drone[Symbol.asyncDispose]();
    await passes(stage);
    runtime.calls.length = 0;
    await stage.start();
    const end = await waitFor("its end", () => controller.state(id, status));
    expect(end.reason).toBe("keyexpired");
    const call = status === "terminating" ? `stop ${id}` : `kill ${id}`;
    await waitFor(call, () => runtime.calls.includes(call));
    const others = runtime.calls.slice(0, runtime.calls.indexOf(call));
    expect(others.filter((other) => other !== `inspect ${id}` && other !== "list")).toEqual([]);
  },
);

test("a backend that a guard has killed is told as keyexpired, with its exit code", async () => {
  await using stage = await leasedStage();
  const { clock, drone, id, runtime } = stage;
  await drone[Symbol.asyncDispose]();
  await clock.advance(51_000);
  runtime.exit(id, 137);
  await stage.start();
  expect(await stage.terminated()).toMatchObject(expired);
});

test("without its journal a drone gives what it finds a short time, until the controller knows it", async () => {
  await using stage = await leasedStage();
  const { clock, controller, drone, requests } = stage;
  await drone[Symbol.asyncDispose]();
  await loseJournal(stage);
  controller.received.length = 0;
  controller.grantsLeases = false;
  await stage.start();
  const request = await waitFor("request", () =>
    requests().find(({ backend_ids }) => backend_ids.includes(stage.id)),
  );
  controller.grant(request);
  await heard(stage);
  await clock.advance(25_000);
  expect(stage.status()).not.toBe("terminating");
  expect(await stage.runtime.inspect(stage.id)).toMatchObject({ state: "running" });
});

test.each(["is silent", "refuses it"])(
  "without its journal, and with a controller that %s, what it finds ends after 20 s",
  async (controllerDoes) => {
    await using stage = await leasedStage();
    const { clock, controller, drone, id } = stage;
    await drone[Symbol.asyncDispose]();
    await loseJournal(stage);
    controller.received.length = 0;
    if (controllerDoes === "is silent") controller.grantsLeases = false;
    else controller.refusesLease.add(id);
    await stage.start();
    await waitFor("request", () =>
      stage.requests().some(({ backend_ids }) => backend_ids.includes(id)),
    );
    await heard(stage);
    await clock.advance(14_000);
    expect(await stage.runtime.inspect(id)).toMatchObject({ state: "running" });
    await clock.advance(1_500);
    await waitFor("terminating", () => controller.state(id, "terminating"));
    await clock.advance(5_000);
    expect(await stage.terminated()).toMatchObject(expired);
  },
);

test("a disowned backend is killed whatever else the drone is doing", async () => {
  await using stage = await leasedStage();
  const { controller, runtime, id } = stage;
  runtime.hold("create");
  const next = stage.spawn();
  await waitFor("create", () => runtime.calls.includes(`create ${next}`));
  controller.send({ type: "disown", backend_ids: [id] });
  await waitFor("removal", () => runtime.calls.includes(`remove ${id}`));
});

test("each heartbeat tells the drone's own time", async () => {
  await using stage = await leasedStage();
  const { clock, controller, bootClock } = stage;
  await clock.advance(controller.heartbeatIntervalMs);
  await waitFor("second", () => controller.all("heartbeat").length === 2);
  const [first, second] = controller.all("heartbeat");
  expect(second?.time.clock).toBe(bootClock.id);
  expect((second?.time.ms ?? 0) - (first?.time.ms ?? 0)).toBe(controller.heartbeatIntervalMs);
});

test("a drone that stops renews once more, so that it may be away for a whole lease", async () => {
  await using stage = await leasedStage();
  const { clock, drone, requests, status } = stage;
  await clock.advance(29_000);
  await drone[Symbol.asyncDispose]();
  expect(requests()).toHaveLength(2);
  await clock.advance(39_000);
  const again = await stage.join();
  await clock.advance(500);
  expect(status()).toBe("ready");
  await again[Symbol.asyncDispose]();
});

test("a drone that stops waits for no controller that does not answer", async () => {
  await using stage = await leasedStage();
  stage.controller.grantsLeases = false;
  const beganMs = performance.now();
  await stage.drone[Symbol.asyncDispose]();
  expect(performance.now() - beganMs).toBeLessThan(8_000);
});
