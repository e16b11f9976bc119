import { expect, test } from "vitest";
import { Journal } from "../../drone/journal/journal.ts";
import { waitFor } from "../harness/wait-for.ts";
import { type DroneStage, droneStage } from "./drone-stage.ts";
import { loseJournal } from "./lose-journal.ts";

async function readyBackend(stage: DroneStage) {
  const drone = await stage.join();
  const id = stage.spawn();
  await waitFor("ready", () => stage.controller.state(id, "ready"));
  return { drone, id };
}

async function joinAgain(stage: DroneStage) {
  const { controller } = stage;
  const before = controller.all("inventory").length;
  await stage.start();
  await waitFor("inventory", () => controller.all("inventory").length > before);
  return controller.all("inventory").at(-1)?.backend_ids;
}

test("a drone that stops leaves its backends running, and carries on with them on return", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  const { drone, id } = await readyBackend(stage);
  await drone[Symbol.asyncDispose]();
  expect(await runtime.inspect(id)).toMatchObject({ state: "running" });

  expect(await joinAgain(stage)).toEqual([id]);
  runtime.exit(id, 4);
  const end = await waitFor("terminated", () => controller.state(id, "terminated"));
  expect(end).toMatchObject({ reason: "exited", exit_code: 4 });
  expect(controller.states(id).filter(({ status }) => status === "ready")).toHaveLength(1);
  expect(runtime.calls.filter((call) => call === `create ${id}`)).toHaveLength(1);
});

test("a backend that ended while the drone was away is reported with its reason", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  const { drone, id } = await readyBackend(stage);
  await drone[Symbol.asyncDispose]();
  runtime.exit(id, 137, true);
  await joinAgain(stage);
  const end = await waitFor("terminated", () => controller.state(id, "terminated"));
  expect(end).toMatchObject({ reason: "outofmemory", exit_code: 137 });
});

test("a backend that moved while the drone was away is ready at its new address", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  const { drone, id } = await readyBackend(stage);
  await drone[Symbol.asyncDispose]();
  const address = { host: "127.0.0.9", port: 8080 };
  runtime.instance(id).moveTo({ address });
  await joinAgain(stage);
  await waitFor("second ready", () => controller.states(id).length === 5);
  expect(controller.states(id).at(-1)).toMatchObject({ status: "ready", address });
});

test.each(["pull", "create", "start"] as const)(
  "a drone that died during %s finishes it on return",
  async (step) => {
    await using stage = await droneStage();
    const { controller, runtime } = stage;
    const drone = await stage.join();
    const goOn = runtime.hold(step);
    const id = stage.spawn();
    await waitFor(step, () => runtime.calls.includes(`${step} ${id}`));
    await drone[Symbol.asyncDispose]();
    goOn();
    expect(await joinAgain(stage)).toEqual([id]);
    await waitFor("ready", () => controller.state(id, "ready"));
    expect(await runtime.list()).toHaveLength(1);
  },
);

test("a drone that died while an app was waited for goes on waiting, for what is left", async () => {
  await using stage = await droneStage();
  const { controller, runtime, clock } = stage;
  runtime.apps.echo = { silent: true };
  const drone = await stage.join();
  const id = stage.spawn({ ready: { timeout_seconds: 100 } });
  await waitFor("waiting", () => controller.state(id, "waiting"));
  await drone[Symbol.asyncDispose]();
  await clock.advance(90_000);
  await joinAgain(stage);
  const startedMs = clock.monotonicMs();
  const end = await stage.advanceUntil("terminated", () => controller.state(id, "terminated"));
  expect(end).toMatchObject({ reason: "startuptimeout" });
  expect(clock.monotonicMs() - startedMs).toBeLessThan(30_000);
});

test("a drone that died during a stop finishes it, and keeps the reason", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  runtime.apps.echo = { stubborn: true };
  const { drone, id } = await readyBackend(stage);
  controller.act({ type: "terminate", backend_id: id, kind: "soft", reason: "swept" });
  await waitFor("stop", () => runtime.calls.includes(`stop ${id}`));
  await drone[Symbol.asyncDispose]();
  await joinAgain(stage);
  const end = await stage.advanceUntil("terminated", () => controller.state(id, "terminated"));
  expect(end).toMatchObject({ reason: "swept", kind: "soft", exit_code: 137 });
});

test("a drone that died between an end and the removal removes on return", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  const { drone, id } = await readyBackend(stage);
  const goOn = runtime.hold("remove");
  runtime.exit(id, 0);
  await waitFor("terminated", () => controller.state(id, "terminated"));
  await drone[Symbol.asyncDispose]();
  runtime.failOnce("remove", new Error("the drone is dead"));
  goOn();
  expect(await joinAgain(stage)).toEqual([]);
  await waitFor("removal", async () => (await runtime.list()).length === 0);
  expect(controller.states(id).filter(({ status }) => status === "terminated")).toHaveLength(1);
});

test("reports that were not acknowledged are sent again by the next drone", async () => {
  await using stage = await droneStage();
  const { controller } = stage;
  controller.acknowledgesReports = false;
  const { drone, id } = await readyBackend(stage);
  await drone[Symbol.asyncDispose]();
  controller.received.length = 0;
  await joinAgain(stage);
  await waitFor("all reports", () => controller.states(id).length === 4);
});

test("a drone without its journal adopts what it finds, and tells of it", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  const { drone, id } = await readyBackend(stage);
  await drone[Symbol.asyncDispose]();
  await loseJournal(stage);
  controller.received.length = 0;
  expect(await joinAgain(stage)).toEqual([id]);
  await waitFor("ready", () => controller.state(id, "ready"));
  controller.act({ type: "terminate", backend_id: id, kind: "soft", reason: "external" });
  const end = await waitFor("terminated", () => controller.state(id, "terminated"));
  expect(end).toMatchObject({ reason: "external", kind: "soft", exit_code: 0 });
  expect(runtime.calls.filter((call) => call === `create ${id}`)).toHaveLength(1);
});

test("a drone without its journal reports what ended, and does not start it again", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  const { drone, id } = await readyBackend(stage);
  await drone[Symbol.asyncDispose]();
  runtime.exit(id, 5);
  await loseJournal(stage);
  await joinAgain(stage);
  const end = await waitFor("terminated", () => controller.state(id, "terminated"));
  expect(end).toMatchObject({ reason: "exited", exit_code: 5 });
  expect(runtime.calls.filter((call) => call === `start ${id}`)).toHaveLength(1);
});

test("a drone without its journal does not run twice what a repeated spawn asks for", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  const { drone, id } = await readyBackend(stage);
  await drone[Symbol.asyncDispose]();
  runtime.exit(id, 5);
  await loseJournal(stage);
  runtime.hold("list");
  await stage.start();
  const beats = controller.all("heartbeat").length;
  await waitFor("heartbeat", () => controller.all("heartbeat").length > beats);
  stage.spawn({ backend_id: id });
  const end = await waitFor("terminated", () => controller.state(id, "terminated"));
  expect(end).toMatchObject({ reason: "exited", exit_code: 5 });
  expect(runtime.calls.filter((call) => call === `start ${id}`)).toHaveLength(1);
});

test("secrets are out of the journal once the backend has them", async () => {
  await using stage = await droneStage();
  const drone = await stage.join();
  const id = stage.spawn({ env: { TOKEN: "open-sesame" } });
  await waitFor("ready", () => stage.controller.state(id, "ready"));
  await drone[Symbol.asyncDispose]();
  using journal = new Journal(stage.journalPath);
  expect(journal.backends().map(({ spec }) => spec.env)).toEqual([{}]);
});
