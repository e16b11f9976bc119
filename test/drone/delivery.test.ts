import { expect, test } from "vitest";
import { RESEND_INTERVAL_MS } from "../../src/protocol/timings.ts";
import { waitFor } from "../harness/wait-for.ts";
import { droneStage } from "./drone-stage.ts";
import { specOf } from "./spec-of.ts";

test("a drone dials with its key, says who it is and what it has", async () => {
  await using stage = await droneStage();
  await stage.join();
  expect(stage.controller.requests).toEqual([
    { path: "/v1/sockets/drone", authorization: "Bearer hak_of-this-drone" },
  ]);
  expect(stage.controller.received[0]).toMatchObject({
    type: "hello",
    drone: "dr-one",
    cluster: "localhost:9090",
    pool: "default",
    runtime: "process",
  });
  expect(stage.controller.all("inventory")).toEqual([{ type: "inventory", backend_ids: [] }]);
});

test("reports are sent again inside one connection until they are acknowledged", async () => {
  await using stage = await droneStage();
  const { controller, clock } = stage;
  controller.acknowledgesReports = false;
  await stage.join();
  const id = stage.spawn();
  await waitFor("ready", () => controller.state(id, "ready"));
  const before = controller.all("report").length;
  await clock.advance(RESEND_INTERVAL_MS);
  await waitFor("all again", () => controller.all("report").length === 2 * before);
  const again = controller.all("report").slice(before);
  expect(again.map(({ report_id }) => report_id)).toEqual([1, 2, 3, 4]);
  expect(again[0]?.age_ms).toBe(RESEND_INTERVAL_MS);

  for (const { report_id } of again) controller.acknowledge(report_id);
  stage.spawn();
  await waitFor("new report", () =>
    controller.all("report").some(({ report_id }) => report_id > 4),
  );
  const heard = controller.all("report").length;
  await clock.advance(RESEND_INTERVAL_MS);
  await waitFor("resent", () => controller.all("report").length > heard);
  const later = controller.all("report").slice(heard);
  expect(later.every(({ report_id }) => report_id > 4)).toBe(true);
});

test("reports that nobody heard are sent after the next welcome, with their age", async () => {
  await using stage = await droneStage();
  const { controller, runtime, clock } = stage;
  await stage.join();
  const id = stage.spawn();
  await waitFor("ready", () => controller.state(id, "ready"));
  controller.hangUp();
  await waitFor("down", () => stage.logLines.some((line) => line.includes("not connected")));
  runtime.exit(id, 0);
  await waitFor("removal", () => runtime.calls.includes(`remove ${id}`));
  await stage.advanceUntil("terminated", () => controller.state(id, "terminated"));
  const report = controller.all("report").at(-1);
  expect(report?.age_ms).toBeGreaterThan(0);
  expect(clock.monotonicMs()).toBeGreaterThanOrEqual(report?.age_ms ?? Infinity);
});

test("an action is acknowledged once it is in the journal, and again when it is repeated", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  await stage.join();
  const spec = specOf();
  for (let times = 0; times < 3; times += 1) controller.spawn(spec);
  await waitFor("acknowledgements", () => controller.all("action-ack").length === 3);
  await waitFor("ready", () => controller.state(spec.backend_id, "ready"));
  expect(runtime.calls.filter((call) => call.startsWith("create"))).toHaveLength(1);
});

test("a spawn that is repeated after the backend has ended never runs it twice", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  await stage.join();
  const spec = specOf();
  controller.spawn(spec);
  await waitFor("ready", () => controller.state(spec.backend_id, "ready"));
  runtime.exit(spec.backend_id, 0);
  await waitFor("removal", () => runtime.calls.includes(`remove ${spec.backend_id}`));
  controller.spawn(spec);
  await waitFor("acknowledgement", () => controller.all("action-ack").length === 2);
  expect(runtime.calls.filter((call) => call.startsWith("pull"))).toHaveLength(1);
});

test("progress of a pull is passed on, thinned out", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  runtime.progress = [0, 20, 40, 60, 80, 100].map((percent) => ({ percent, text: "pulling" }));
  await stage.join();
  const id = stage.spawn();
  await waitFor("ready", () => controller.state(id, "ready"));
  expect(controller.all("progress").map(({ progress }) => progress.percent)).toEqual([0, 100]);
});

test("a disowned backend is killed and removed without a word", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  await stage.join();
  const id = stage.spawn();
  await waitFor("ready", () => controller.state(id, "ready"));
  controller.send({ type: "disown", backend_ids: [id] });
  await waitFor("removal", () => runtime.calls.includes(`remove ${id}`));
  expect(runtime.calls).toContain(`kill ${id}`);
  expect(controller.states(id).at(-1)?.status).toBe("ready");
  stage.spawn({ backend_id: id });
  await waitFor("acknowledgement", () => controller.all("action-ack").length === 2);
  expect(await runtime.list()).toEqual([]);
});

test.each(["pull", "create", "start"] as const)(
  "a backend that is disowned during %s leaves nothing",
  async (step) => {
    await using stage = await droneStage();
    const { controller, runtime } = stage;
    await stage.join();
    const goOn = runtime.hold(step);
    const id = stage.spawn();
    await waitFor(step, () => runtime.calls.includes(`${step} ${id}`));
    controller.send({ type: "disown", backend_ids: [id] });
    controller.send({ type: "disown", backend_ids: [id] });
    stage.spawn({ backend_id: id });
    await waitFor("acknowledgement", () => controller.all("action-ack").length === 2);
    goOn();
    await waitFor("nothing left", async () => {
      const looked = runtime.calls.filter((call) => call === `inspect ${id}`).length > 0;
      return looked && (await runtime.list()).length === 0;
    });
    expect(controller.states(id).map(({ status }) => status)).not.toContain("terminated");
  },
);

test("no secret of a spawn stands in the drone's log", async () => {
  await using stage = await droneStage();
  await stage.join();
  const id = stage.spawn({
    env: { TOKEN: "open-sesame" },
    credentials: { username: "user", password: "swordfish" },
  });
  await waitFor("ready", () => stage.controller.state(id, "ready"));
  expect(stage.logLines.join("")).toContain(id);
  expect(stage.logLines.join("")).not.toMatch(/open-sesame|swordfish|hak_of-this-drone/);
});
