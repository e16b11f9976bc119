import { expect, test } from "vitest";
import type { BackendId } from "../../src/protocol/ids.ts";
import { waitFor } from "../harness/wait-for.ts";
import { Death } from "./death.ts";
import { type DroneStage, droneStage } from "./drone-stage.ts";
import { specOf } from "./spec-of.ts";

const PATIENT = { timeout: 120_000 };
/** More steps than any of these stories has. */
const NEVER = 1_000;

/** Runs a story on drones of which the first dies at a point; tells the steps that it had taken. */
async function tell(death: Death, story: (stage: DroneStage) => Promise<void>): Promise<string[]> {
  await using stage = await droneStage();
  const first = await stage.start(death);
  let isTold = false;
  const next = waitFor("death", () => death.hasCome || isTold, 60_000).then(async () => {
    if (!death.hasCome) return;
    stage.controller.hangUp();
    await first[Symbol.asyncDispose]();
    await stage.start();
  });
  try {
    await story(stage);
  } finally {
    isTold = true;
    await next;
  }
  return death.steps;
}

/** As the controller would: what a drone could not begin is asked for again, under another action. */
async function spawnUntilReady(stage: DroneStage): Promise<BackendId> {
  const { controller } = stage;
  const spec = specOf();
  await waitFor("heartbeat", () => controller.all("heartbeat").length > 0);
  controller.spawn(spec);
  let refused = 0;
  await stage.advanceUntil(
    "ready",
    () => {
      const refusals = controller.all("action-refused").length;
      if (refusals > refused) controller.spawn(spec);
      refused = refusals;
      return controller.state(spec.backend_id, "ready");
    },
    50,
  );
  return spec.backend_id;
}

async function endsWell(stage: DroneStage, id: BackendId): Promise<void> {
  const { controller, runtime } = stage;
  await stage.advanceUntil("terminated", () => controller.state(id, "terminated"), 50);
  await waitFor("nothing left", async () => {
    await stage.clock.advance(50);
    return (await runtime.list()).length === 0;
  });
  expect(runtime.made).toEqual([id]);
  const statuses = controller.states(id).map(({ status }) => status);
  expect(statuses.filter((status) => status === "terminated")).toHaveLength(1);
}

/** Every point of a story at which the drone can die. */
async function eachDeath(story: (stage: DroneStage) => Promise<void>): Promise<number> {
  const steps = await tell(new Death(NEVER, "before"), story);
  for (let nth = 1; nth <= steps.length; nth += 1) {
    for (const when of ["before", "after"] as const) {
      const death = new Death(nth, when);
      try {
        await tell(death, story);
      } catch (cause) {
        throw new Error(`died ${when} step ${nth}: ${death.steps.join(", ")}`, { cause });
      }
    }
  }
  return steps.length;
}

test(
  "a drone that dies at any step of a spawn finishes it, with one instance",
  PATIENT,
  async () => {
    const steps = await eachDeath(async (stage) => {
      const id = await spawnUntilReady(stage);
      expect(stage.runtime.made).toEqual([id]);
      expect(await stage.runtime.inspect(id)).toMatchObject({ state: "running" });
      expect(stage.controller.state(id, "terminated")).toBeUndefined();
    });
    expect(steps).toBeGreaterThan(10);
  },
);

test.each(["soft", "hard"] as const)(
  "a drone that dies at any step of a %s end finishes it, with its reason",
  PATIENT,
  async (kind) => {
    await eachDeath(async (stage) => {
      const { controller } = stage;
      const id = await spawnUntilReady(stage);
      controller.act({ type: "terminate", backend_id: id, kind, reason: "external" });
      await endsWell(stage, id);
      expect(controller.state(id, "terminated")).toMatchObject({ reason: "external", kind });
    });
  },
);

test(
  "a drone that dies at any step of an exit reports it once, with its code",
  PATIENT,
  async () => {
    await eachDeath(async (stage) => {
      const id = await spawnUntilReady(stage);
      stage.runtime.exit(id, 7);
      await endsWell(stage, id);
      expect(stage.controller.state(id, "terminated")).toMatchObject({
        reason: "exited",
        exit_code: 7,
      });
    });
  },
);

test(
  "a drone that dies at any step of a disowning leaves nothing and reports no end",
  PATIENT,
  async () => {
    await eachDeath(async (stage) => {
      const { controller, runtime } = stage;
      const id = await spawnUntilReady(stage);
      // Said again as long as it is asked for: a controller answers each inventory.
      await waitFor("nothing left", async () => {
        controller.send({ type: "disown", backend_ids: [id] });
        await stage.clock.advance(50);
        return (await runtime.list()).length === 0;
      });
      expect(runtime.made).toEqual([id]);
      expect(controller.state(id, "terminated")).toBeUndefined();
    });
  },
);

test(
  "a drone that dies at any step of an end by its lease finishes it, with its reason",
  PATIENT,
  async () => {
    await eachDeath(async (stage) => {
      const id = await spawnUntilReady(stage);
      stage.controller.grantsLeases = false;
      stage.bootClock.suspend(stage.controller.lease.soft_ms);
      await stage.advanceUntil("terminating", () => stage.controller.state(id, "terminating"), 50);
      stage.bootClock.suspend(stage.controller.lease.hard_ms);
      await endsWell(stage, id);
      expect(stage.controller.state(id, "terminated")).toMatchObject({ reason: "keyexpired" });
    });
  },
);
