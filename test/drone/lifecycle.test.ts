import { expect, test } from "vitest";
import { waitFor } from "../harness/wait-for.ts";
import { droneStage } from "./drone-stage.ts";

test("a backend goes from loading to ready, each state reported with what it took", async () => {
  await using stage = await droneStage();
  const { controller } = stage;
  await stage.join();
  const id = stage.spawn();
  const ready = await waitFor("ready", () => controller.state(id, "ready"));
  expect(controller.states(id)).toMatchObject([
    { status: "loading" },
    { status: "starting", pull_ms: 0 },
    { status: "waiting", create_ms: 0, start_ms: 0 },
    { status: "ready", first_answer_ms: 0 },
  ]);
  expect(ready.address).toEqual(controller.state(id, "waiting")?.address);
});

test("a backend that exits is terminated with its code and its last words, and removed", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  runtime.apps.echo = { log: Array.from({ length: 30 }, (_, line) => `line ${line}`) };
  await stage.join();
  const id = stage.spawn();
  await waitFor("ready", () => controller.state(id, "ready"));
  runtime.exit(id, 3);
  const end = await waitFor("terminated", () => controller.state(id, "terminated"));
  expect(end).toMatchObject({ reason: "exited", exit_code: 3, oom_killed: false });
  expect(end.message).toContain("code 3");
  expect(end.log_tail).toHaveLength(20);
  expect(end.log_tail?.at(-1)).toBe("line 29");
  await waitFor("removal", () => runtime.calls.includes(`remove ${id}`));
});
