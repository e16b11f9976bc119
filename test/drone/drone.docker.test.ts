import { join } from "node:path";
import Docker from "dockerode";
import { expect, test } from "vitest";
import { startDrone } from "../../drone/index.ts";
import type { BackendSpec } from "../../src/protocol/drone-messages.ts";
import { newNodeName } from "../../src/protocol/ids.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { ServiceStack } from "../../src/shared/service-stack.ts";
import { recordingLog } from "../harness/recording-log.ts";
import { tempDir } from "../harness/temp-dir.ts";
import { waitFor } from "../harness/wait-for.ts";
import { openDockerBench } from "./runtime/docker-bench.ts";
import { clear } from "./runtime/runtime-bench.ts";
import { ScriptedController } from "./scripted-controller.ts";
import { specOf } from "./spec-of.ts";

/** A drone on the machine's Docker Engine; none of its containers is left afterwards. */
async function dockerDrone() {
  const stack = new ServiceStack();
  const directory = stack.use(await tempDir());
  const bench = stack.use(await openDockerBench());
  const controller = stack.use(await ScriptedController.listen());
  const name = newNodeName("dr");
  stack.defer(() => clear(bench.open(name)));
  const config = {
    controllerUrl: controller.url,
    key: "hak_test",
    name,
    cluster: "test",
    pool: "default",
    dataDir: join(directory.path, "data"),
    runtime: { name: "docker", network: bench.network, allowedNetworks: [] },
    guard: "external",
  } as const;
  const start = async () =>
    stack.use(await startDrone({ clock: systemClock, log: recordingLog().log }, config));
  const drone = await start();
  await waitFor("heartbeat", () => controller.all("heartbeat").length > 0);
  return {
    controller,
    drone,
    start,
    spawn(overrides: Partial<BackendSpec> = {}) {
      const spec = specOf({ image: "hangar/echo", env: {}, ...overrides });
      controller.spawn(spec);
      return spec.backend_id;
    },
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

test("a container is spawned, answers, is terminated, and is gone", async () => {
  await using stage = await dockerDrone();
  const { controller } = stage;
  const id = stage.spawn();
  const { address } = await waitFor("ready", () => controller.state(id, "ready"), 30_000);
  const answer = await fetch(`http://${address.host}:${address.port}/`);
  expect(await answer.json()).toMatchObject({ env: { SESSION_BACKEND_ID: id } });
  controller.act({ type: "terminate", backend_id: id, kind: "soft", reason: "external" });
  const end = await waitFor("terminated", () => controller.state(id, "terminated"), 30_000);
  expect(end).toMatchObject({ reason: "external", kind: "soft", exit_code: 0 });
  const filters = { name: [`hangar-${id}`] };
  await waitFor("removal", async () => {
    return (await new Docker().listContainers({ all: true, filters })).length === 0;
  });
});

test("an image that exits at once is `exited`, with its code and last lines", async () => {
  await using stage = await dockerDrone();
  const id = stage.spawn({ env: { ECHO_MODE: "exit" } });
  const end = await waitFor("end", () => stage.controller.state(id, "terminated"), 30_000);
  expect(end).toMatchObject({ reason: "exited", exit_code: 3, oom_killed: false });
  expect(end.log_tail).toHaveLength(3);
});

test("an image that never listens is `startuptimeout`", async () => {
  await using stage = await dockerDrone();
  const id = stage.spawn({ env: { ECHO_MODE: "silent" }, ready: { timeout_seconds: 1 } });
  const end = await waitFor("end", () => stage.controller.state(id, "terminated"), 30_000);
  expect(end).toMatchObject({ reason: "startuptimeout", kind: "hard", exit_code: 137 });
});

test("an image that nobody has is `pullfailed`, with Docker's message", async () => {
  await using stage = await dockerDrone();
  const id = stage.spawn({ image: "hangar/no-such-image", pull_policy: "never" });
  const end = await waitFor("end", () => stage.controller.state(id, "terminated"), 30_000);
  expect(end).toMatchObject({ reason: "pullfailed", message: expect.stringContaining("no-such") });
});

test("an app that eats more memory than it has is `outofmemory`", async () => {
  await using stage = await dockerDrone();
  const { controller } = stage;
  const id = stage.spawn({ resources: { memory_bytes: 96 * 1024 * 1024 } });
  const { address } = await waitFor("ready", () => controller.state(id, "ready"), 30_000);
  fetch(`http://${address.host}:${address.port}/eat?mb=500`).catch(() => undefined);
  const end = await waitFor("end", () => controller.state(id, "terminated"), 30_000);
  expect(end).toMatchObject({ reason: "outofmemory", oom_killed: true, exit_code: 137 });
});

test("a drone that comes back carries on with the container it left", async () => {
  await using stage = await dockerDrone();
  const { controller } = stage;
  const id = stage.spawn();
  const { address } = await waitFor("ready", () => controller.state(id, "ready"), 30_000);
  await stage.drone[Symbol.asyncDispose]();
  await stage.start();
  await waitFor("inventory", () => controller.all("inventory").at(1)?.backend_ids.includes(id));
  await fetch(`http://${address.host}:${address.port}/exit?code=7`);
  const end = await waitFor("end", () => controller.state(id, "terminated"), 30_000);
  expect(end).toMatchObject({ reason: "exited", exit_code: 7 });
});
