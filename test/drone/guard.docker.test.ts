import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { BackendId } from "../../src/protocol/ids.ts";
import { waitFor } from "../harness/wait-for.ts";
import { engineRuntime, processStage } from "./process-stage.ts";

const SHORT = { renew_ms: 1_000, soft_ms: 4_000, hard_ms: 5_000 };

async function guardedStage() {
  const stage = await processStage("own", engineRuntime);
  const { controller } = stage;
  controller.lease = SHORT;
  return Object.assign(stage, {
    /** The guard has read of everything by then. */
    async renewed() {
      const asked = controller.all("lease-request").length;
      await waitFor("renewals", () => controller.all("lease-request").length > asked + 1);
    },
    async expectExpired(id: BackendId) {
      const end = await waitFor("terminated", () => controller.state(id, "terminated"), 30_000);
      expect(end).toMatchObject({ reason: "keyexpired", kind: "hard", exit_code: 137 });
      await waitFor("removal", async () => (await stage.runtime.list()).length === 0);
    },
  });
}

test("a container of a drone that was killed is gone at its hard deadline, not before, and is told as keyexpired", async () => {
  await using stage = await guardedStage();
  const drone = await stage.start();
  const guard = await stage.guard();
  const { id } = await stage.spawnReady();
  await stage.renewed();
  const killedMs = performance.now();
  await drone.kill();
  await stage.ended(id);
  const livedMs = performance.now() - killedMs;
  expect(livedMs).toBeGreaterThan(SHORT.hard_ms - SHORT.renew_ms - 1_000);
  expect(livedMs).toBeLessThan(SHORT.hard_ms + 4_000);
  await stage.guardLeft(guard);
  await stage.start();
  await stage.expectExpired(id);
  await stage.guard(guard);
});

test("a drone that is paused past its hard deadline finds its containers ended, and revives none", async () => {
  await using stage = await guardedStage();
  const { controller } = stage;
  const drone = await stage.start();
  await stage.guard();
  const { id } = await stage.spawnReady();
  await stage.renewed();
  drone.signal("SIGSTOP");
  await stage.ended(id);
  const before = controller.received.length;
  drone.signal("SIGCONT");
  await stage.expectExpired(id);
  // It knows that its lease is over before it asks for another.
  const said = controller.received.slice(before).filter(({ type }) => type !== "heartbeat");
  const told = said.findIndex(
    (message) => message.type === "report" && message.state.status === "hard-terminating",
  );
  const asked = said.findIndex(({ type }) => type === "lease-request");
  expect(told).not.toBe(-1);
  if (asked !== -1) expect(told).toBeLessThan(asked);
});

test("a drone that leaves and returns within its lease finds its containers, and has a guard of its own", async () => {
  await using stage = await guardedStage();
  const { controller } = stage;
  controller.lease = { renew_ms: 1_000, soft_ms: 40_000, hard_ms: 50_000 };
  const first = await stage.start();
  const firstGuard = await stage.guard();
  const { id } = await stage.spawnReady();
  await stage.renewed();
  await first.leave();
  const second = await stage.start();
  await stage.guard(firstGuard);
  await stage.guardLeft(firstGuard);
  await stage.renewed();
  expect(await stage.runtime.inspect(id)).toMatchObject({ state: "running" });
  expect(controller.states(id).at(-1)?.status).toBe("ready");
  await second.kill();
});

test("a guard that is killed is replaced, and a journal that vanishes frees nobody", async () => {
  await using stage = await guardedStage();
  const drone = await stage.start();
  const firstGuard = await stage.guard();
  process.kill(firstGuard, "SIGKILL");
  const guard = await stage.guard(firstGuard);
  const { id } = await stage.spawnReady();
  await stage.renewed();
  await drone.kill();
  for (const name of await readdir(stage.dataDir)) {
    if (name.startsWith("drone.db")) await rm(join(stage.dataDir, name));
  }
  await stage.ended(id);
  await stage.guardLeft(guard);
});
