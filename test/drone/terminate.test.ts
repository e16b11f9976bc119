import { expect, test } from "vitest";
import type { TerminationKind } from "../../src/protocol/backend-state.ts";
import { type BackendId, newBackendId } from "../../src/protocol/ids.ts";
import { waitFor } from "../harness/wait-for.ts";
import { type DroneStage, droneStage } from "./drone-stage.ts";

function terminate({ controller }: DroneStage, id: BackendId, kind: TerminationKind): void {
  const reason = kind === "soft" ? "swept" : "external";
  controller.act({ type: "terminate", backend_id: id, kind, reason });
}

function ended({ controller }: DroneStage, id: BackendId) {
  return waitFor("terminated", () => controller.state(id, "terminated"));
}

test.each([
  ["soft", "terminating", "swept", "stop", 0],
  ["hard", "hard-terminating", "external", "kill", 137],
] as const)(
  "a %s terminate makes a ready backend %s, and then terminated with its reason",
  async (kind, status, reason, step, exit_code) => {
    await using stage = await droneStage();
    const { controller, runtime } = stage;
    await stage.join();
    const id = stage.spawn();
    await waitFor("ready", () => controller.state(id, "ready"));
    terminate(stage, id, kind);
    const end = await ended(stage, id);
    expect(controller.state(id, status)).toEqual({ status, reason });
    expect(end).toEqual({ status: "terminated", reason, kind, exit_code, oom_killed: false });
    expect(runtime.calls).toContain(`${step} ${id}`);
    await waitFor("removal", () => runtime.calls.includes(`remove ${id}`));
  },
);

test("a terminate during the pull aborts it, and nothing is ever created", async () => {
  await using stage = await droneStage();
  const { runtime } = stage;
  await stage.join();
  runtime.hold("pull");
  const id = stage.spawn();
  await waitFor("pull", () => runtime.calls.includes(`pull ${id}`));
  terminate(stage, id, "soft");
  expect(await ended(stage, id)).toEqual({ status: "terminated", reason: "swept", kind: "soft" });
  expect(runtime.calls).not.toContain(`create ${id}`);
});

test.each(["create", "start"] as const)(
  "a terminate during %s ends what that step has made",
  async (step) => {
    await using stage = await droneStage();
    const { controller, runtime } = stage;
    await stage.join();
    const goOn = runtime.hold(step);
    const id = stage.spawn();
    await waitFor(step, () => runtime.calls.includes(`${step} ${id}`));
    terminate(stage, id, "hard");
    await waitFor("hard-terminating", () => controller.state(id, "hard-terminating"));
    goOn();
    expect(await ended(stage, id)).toMatchObject({ reason: "external", kind: "hard" });
    await waitFor("removal", () => runtime.calls.includes(`remove ${id}`));
    expect(await runtime.list()).toEqual([]);
    expect(controller.state(id, "waiting")).toBeUndefined();
  },
);

test("a terminate while the app is waited for ends it", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  runtime.apps.echo = { silent: true };
  await stage.join();
  const id = stage.spawn();
  await waitFor("waiting", () => controller.state(id, "waiting"));
  terminate(stage, id, "soft");
  expect(await ended(stage, id)).toMatchObject({ reason: "swept", kind: "soft" });
});

test("an app that ignores the stop signal is killed after the grace that was asked for", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  runtime.apps.echo = { stubborn: true };
  await stage.join();
  const id = stage.spawn({ grace_seconds: 600 });
  await waitFor("ready", () => controller.state(id, "ready"));
  controller.act({
    type: "terminate",
    backend_id: id,
    kind: "soft",
    reason: "external",
    grace_seconds: 5,
  });
  await waitFor("stop", () => runtime.calls.includes(`stop ${id}`));
  const askedMs = stage.clock.monotonicMs();
  const end = await stage.advanceUntil("terminated", () => controller.state(id, "terminated"));
  expect(end).toMatchObject({ reason: "external", kind: "soft", exit_code: 137 });
  expect(stage.clock.monotonicMs() - askedMs).toBeLessThan(10_000);
});

test("a hard terminate kills at once what a soft one is still stopping", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  runtime.apps.echo = { stubborn: true };
  await stage.join();
  const id = stage.spawn({ grace_seconds: 600 });
  await waitFor("ready", () => controller.state(id, "ready"));
  terminate(stage, id, "soft");
  await waitFor("stop", () => runtime.calls.includes(`stop ${id}`));
  terminate(stage, id, "hard");
  expect(await ended(stage, id)).toMatchObject({ reason: "external", kind: "hard" });
  expect(controller.states(id).map(({ status }) => status)).toEqual([
    "loading",
    "starting",
    "waiting",
    "ready",
    "terminating",
    "hard-terminating",
    "terminated",
  ]);
});

test("repeated terminates are acknowledged and change nothing", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  runtime.apps.echo = { stubborn: true };
  await stage.join();
  const id = stage.spawn({ grace_seconds: 600 });
  await waitFor("ready", () => controller.state(id, "ready"));
  for (let times = 0; times < 3; times += 1) terminate(stage, id, "soft");
  await waitFor("acknowledgements", () => controller.all("action-ack").length === 4);
  terminate(stage, id, "hard");
  await ended(stage, id);
  terminate(stage, id, "hard");
  await waitFor("acknowledgement", () => controller.all("action-ack").length === 6);
  expect(runtime.calls.filter((call) => call === `stop ${id}`)).toHaveLength(1);
  expect(controller.states(id).filter(({ status }) => status === "terminated")).toHaveLength(1);
});

test("an exit on its own during a stop keeps the reason and kind of the terminate", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  runtime.apps.echo = { stubborn: true };
  await stage.join();
  const id = stage.spawn({ grace_seconds: 600 });
  await waitFor("ready", () => controller.state(id, "ready"));
  terminate(stage, id, "soft");
  await waitFor("stop", () => runtime.calls.includes(`stop ${id}`));
  runtime.exit(id, 7);
  expect(await ended(stage, id)).toMatchObject({ reason: "swept", kind: "soft", exit_code: 7 });
});

test("a terminate of a backend that this drone has never had keeps it from ever running", async () => {
  await using stage = await droneStage();
  const { controller, runtime } = stage;
  await stage.join();
  const id = newBackendId();
  terminate(stage, id, "hard");
  expect(await ended(stage, id)).toEqual({
    status: "terminated",
    reason: "external",
    kind: "hard",
  });
  stage.spawn({ backend_id: id });
  await waitFor("acknowledgements", () => controller.all("action-ack").length === 2);
  expect(runtime.calls).not.toContain(`pull ${id}`);
});
