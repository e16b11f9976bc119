import { expect, test } from "vitest";
import { RuntimeError } from "../../drone/runtime/runtime.ts";
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

test("a backend that exits at once is `exited`, with its code", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  runtime.apps.echo = { exitsWith: 3, log: ["no config"] };
  await stage.join();
  const id = stage.spawn();
  const end = await waitFor("terminated", () => controller.state(id, "terminated"));
  expect(end).toMatchObject({ reason: "exited", exit_code: 3, log_tail: ["no config"] });
});

test("a backend that runs out of memory is `outofmemory`", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  await stage.join();
  const id = stage.spawn();
  await waitFor("ready", () => controller.state(id, "ready"));
  runtime.exit(id, 137, true);
  const end = await waitFor("terminated", () => controller.state(id, "terminated"));
  expect(end).toMatchObject({ reason: "outofmemory", exit_code: 137, oom_killed: true });
});

test("a backend that somebody else removes is `lost`", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  await stage.join();
  const id = stage.spawn();
  await waitFor("ready", () => controller.state(id, "ready"));
  runtime.vanish(id);
  const end = await waitFor("terminated", () => controller.state(id, "terminated"));
  expect(end).toMatchObject({ reason: "lost" });
});

test("an image that cannot be pulled ends the backend with the runtime's message", async () => {
  await using stage = await droneStage();
  const { controller } = stage;
  await stage.join();
  const id = stage.spawn({ image: "nowhere/nothing" });
  const end = await waitFor("terminated", () => controller.state(id, "terminated"));
  expect(end).toEqual({
    status: "terminated",
    reason: "pullfailed",
    message: "no such image: nowhere/nothing",
  });
});

test.each([
  ["create", "createfailed"],
  ["start", "startfailed"],
] as const)("a %s that fails for good ends the backend with %s", async (step, reason) => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  await stage.join();
  runtime.failOnce(step, new RuntimeError(reason, "not on this machine"));
  const id = stage.spawn();
  const end = await waitFor("terminated", () => controller.state(id, "terminated"));
  expect(end).toEqual({ status: "terminated", reason, message: "not on this machine" });
  expect(controller.states(id).map(({ status }) => status)).not.toContain("hard-terminating");
});

test("an error that nobody foresaw ends the backend with `internalerror`, and is logged", async () => {
  await using stage = await droneStage();
  const { controller, runtime, logLines } = stage;
  await stage.join();
  runtime.failOnce("start", new TypeError("undefined is not a location"));
  const id = stage.spawn();
  const end = await waitFor("terminated", () => controller.state(id, "terminated"));
  expect(end).toMatchObject({ reason: "internalerror", message: "undefined is not a location" });
  expect(logLines.join("")).toContain("step failed unexpectedly");
});

test("a backend that never answers is `startuptimeout` after its own time, and killed", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  runtime.apps.echo = { silent: true, log: ["thinking"] };
  await stage.join();
  const id = stage.spawn({ ready: { timeout_seconds: 20 } });
  await waitFor("waiting", () => controller.state(id, "waiting"));
  const startedMs = stage.clock.monotonicMs();
  const end = await stage.advanceUntil("terminated", () => controller.state(id, "terminated"));
  expect(end).toMatchObject({
    reason: "startuptimeout",
    kind: "hard",
    exit_code: 137,
    message: "no answer on port 8080 within 20 s of its start",
    log_tail: ["thinking"],
  });
  expect(stage.clock.monotonicMs() - startedMs).toBeGreaterThanOrEqual(20_000);
  expect(controller.states(id).map(({ status }) => status)).toContain("hard-terminating");
});

test("the pull does not count against the start deadline", async () => {
  await using stage = await droneStage();
  const { controller, runtime, clock } = stage;
  await stage.join();
  const goOn = runtime.hold("pull");
  const id = stage.spawn({ ready: { timeout_seconds: 20 } });
  await waitFor("pull", () => runtime.calls.includes(`pull ${id}`));
  await clock.advance(60_000);
  goOn();
  await waitFor("ready", () => controller.state(id, "ready"));
  expect(controller.state(id, "starting")?.pull_ms).toBe(60_000);
});

test("an app that exits while it is waited for is `exited`, not `startuptimeout`", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  runtime.apps.echo = { silent: true };
  await stage.join();
  const id = stage.spawn();
  await waitFor("waiting", () => controller.state(id, "waiting"));
  runtime.exit(id, 1);
  const end = await waitFor("terminated", () => controller.state(id, "terminated"));
  expect(end).toMatchObject({ reason: "exited", exit_code: 1 });
});
