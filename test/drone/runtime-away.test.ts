import { expect, test } from "vitest";
import { waitFor } from "../harness/wait-for.ts";
import { droneStage } from "./drone-stage.ts";

test.each(["pull", "create", "start", "inspect"] as const)(
  "a runtime that goes away before %s only delays the backend",
  async (step) => {
    await using stage = await droneStage();
    const { controller, runtime } = stage;
    const drone = await stage.join();
    const goOn = runtime.hold(step);
    const id = stage.spawn();
    if (step === "inspect") {
      await waitFor("ready", () => controller.state(id, "ready"));
      await drone[Symbol.asyncDispose]();
      await stage.start();
    }
    await waitFor(step, () => runtime.calls.includes(`${step} ${id}`));
    runtime.goAway();
    goOn();
    await waitFor("notice", () => stage.logLines.some((line) => line.includes("runtime is away")));
    await stage.clock.advance(60_000);
    expect(controller.state(id, "terminated")).toBeUndefined();
    runtime.comeBack();
    await stage.advanceUntil("ready", () => controller.state(id, "ready"));
    expect(await runtime.list()).toHaveLength(1);
  },
);

test("a ready backend stays ready while the runtime is away, and what ended meanwhile is told", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  await stage.join();
  const [lives, ends] = [stage.spawn(), stage.spawn()];
  await waitFor("ready", () => controller.state(lives, "ready") && controller.state(ends, "ready"));
  runtime.goAway();
  runtime.exit(ends, 9);
  await stage.clock.advance(60_000);
  expect(controller.state(ends, "terminated")).toBeUndefined();
  runtime.comeBack();
  await stage.advanceUntil("terminated", () => controller.state(ends, "terminated"));
  expect(controller.states(lives).at(-1)?.status).toBe("ready");
});

test("a terminate while the runtime is away is acknowledged, and done when it is back", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  await stage.join();
  const id = stage.spawn();
  await waitFor("ready", () => controller.state(id, "ready"));
  runtime.goAway();
  controller.act({ type: "terminate", backend_id: id, kind: "soft", reason: "external" });
  await waitFor("acknowledgement", () => controller.all("action-ack").length === 2);
  await waitFor("terminating", () => controller.state(id, "terminating"));
  await stage.clock.advance(60_000);
  expect(controller.state(id, "terminated")).toBeUndefined();
  runtime.comeBack();
  const end = await stage.advanceUntil("terminated", () => controller.state(id, "terminated"));
  expect(end).toMatchObject({ reason: "external", kind: "soft" });
});

test("no inventory is told before the runtime has been asked what there is", async () => {
  await using stage = await droneStage();
  const { controller, runtime, clock } = stage;
  runtime.goAway();
  await stage.start();
  await waitFor("heartbeat", () => controller.all("heartbeat").length > 0);
  await clock.advance(60_000);
  expect(controller.all("inventory")).toEqual([]);
  runtime.comeBack();
  await stage.advanceUntil("inventory", () => controller.all("inventory").length > 0);
});
