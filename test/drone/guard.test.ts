import { expect, test } from "vitest";
import { waitFor } from "../harness/wait-for.ts";
import { processStage } from "./process-stage.ts";

test("a guard ends what a killed drone leaves behind, and then leaves itself", {
  timeout: 60_000,
}, async () => {
  await using stage = await processStage("own");
  const { controller } = stage;
  controller.lease = { renew_ms: 1_000, soft_ms: 4_000, hard_ms: 5_000 };
  const drone = await stage.start();
  const guard = await stage.guard();
  const { id } = await stage.spawnReady();
  // The guard has read of it, and of a lease that was renewed, by then.
  const asked = controller.all("lease-request").length;
  await waitFor("renewals", () => controller.all("lease-request").length > asked + 1);
  const killedMs = performance.now();
  await drone.kill();
  await stage.ended(id);
  // Its lease was at most as old as a renewal takes to come.
  expect(performance.now() - killedMs).toBeGreaterThan(2_000);
  await stage.guardLeft(guard);
});
