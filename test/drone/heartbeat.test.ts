import { expect, test } from "vitest";
import { waitFor } from "../harness/wait-for.ts";
import { droneStage } from "./drone-stage.ts";

test("the first heartbeat comes at once, the next at the interval that the welcome told", async () => {
  await using stage = await droneStage();
  const { controller, clock } = stage;
  controller.heartbeatIntervalMs = 3_000;
  await stage.join();
  await waitFor("first", () => controller.all("heartbeat").length === 1);
  await clock.advance(2_900);
  expect(controller.all("heartbeat")).toHaveLength(1);
  await clock.advance(200);
  await waitFor("second", () => controller.all("heartbeat").length === 2);
});

test("a heartbeat tells the truth about the machine and its backends", async () => {
  await using stage = await droneStage();
  const { controller, clock } = stage;
  await stage.join();
  const id = stage.spawn();
  await waitFor("ready", () => controller.state(id, "ready"));
  await clock.advance(controller.heartbeatIntervalMs);
  const { health } = await waitFor("heartbeat", () =>
    controller.all("heartbeat").find((beat) => "ready" in beat.health.backends),
  );
  expect(health.backends).toEqual({ ready: 1 });
  expect(health.runtime).toEqual({ name: "process", ok: true, version: "scripted" });
  expect(health.images).toEqual(["echo"]);
  expect(health.cpus).toBeGreaterThan(0);
  expect(health.memory_available_bytes).toBeGreaterThan(0);
  expect(health.memory_available_bytes).toBeLessThan(health.memory_total_bytes);
  expect(health.disk_available_bytes).toBeLessThan(health.disk_total_bytes);
});

test("a runtime that goes away, and comes back, is told at once", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  controller.heartbeatIntervalMs = 1_000_000;
  await stage.join();
  await waitFor("first", () => controller.all("heartbeat").length === 1);
  runtime.goAway();
  await stage.advanceUntil("bad news", () => controller.all("heartbeat").length === 2);
  expect(controller.all("heartbeat").at(-1)?.health.runtime).toEqual({
    name: "process",
    ok: false,
    error: "scripted to be away",
  });
  runtime.comeBack();
  await stage.advanceUntil("good news", () => controller.all("heartbeat").length === 3);
  expect(controller.all("heartbeat").at(-1)?.health.runtime.ok).toBe(true);
});

test("a runtime that does not answer holds up no heartbeat", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  runtime.health = () => new Promise(() => undefined);
  await stage.start();
  const beat = await stage.advanceUntil("heartbeat", () => controller.all("heartbeat").at(0));
  expect(beat.health.runtime).toEqual({
    name: "process",
    ok: false,
    error: "no answer within 5 s",
  });
});
