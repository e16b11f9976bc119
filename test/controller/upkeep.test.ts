import { expect, onTestFinished, test } from "vitest";
import { DroneBook } from "../../controller/connect/drone-book.ts";
import { openSqlite } from "../../controller/store/open-sqlite.ts";
import type { Store } from "../../controller/store/store.ts";
import { Upkeep } from "../../controller/upkeep/upkeep.ts";
import { LEASE } from "../../src/protocol/lease.ts";
import { CONTROLLER_SILENT_MS } from "../../src/protocol/timings.ts";
import { recordingLog } from "../harness/recording-log.ts";
import { TestClock } from "../harness/test-clock.ts";
import { waitFor } from "../harness/wait-for.ts";
import { ADDRESS, readyDrone, spawned } from "./store/a-store.ts";

const SWEEP_MS = 1_000;
const HOUR_MS = 3_600_000;
const registration = (id: string) => ({ id, version: "1", url: "http://127.0.0.1:1" });

async function aBackendOfAController() {
  const clock = new TestClock();
  const store = await openSqlite(":memory:", clock);
  onTestFinished(() => store[Symbol.asyncDispose]());
  await readyDrone(store, "dr-one", { expiryMs: LEASE.expiryMs });
  const id = await spawned(store, { maxIdleMs: LEASE.expiryMs });
  const state = { status: "ready", address: ADDRESS } as const;
  await store.recordReport({ drone: "dr-one", id, state, ageMs: 0 });
  await store.beat(registration("co-first"), CONTROLLER_SILENT_MS);
  return { clock, store, id };
}

function upkeepOf(store: Store, clock: TestClock, id: string): Upkeep {
  return new Upkeep({
    store,
    clock,
    log: recordingLog().log,
    drones: new DroneBook(store, clock),
    random: () => 0,
    controller: registration(id),
    lease: LEASE,
    sweepIntervalMs: SWEEP_MS,
    activityTrustMs: 45_000,
    droneUnhealthyMs: 45_000,
    beginWindowMs: 10_000,
    spawnPatienceMs: 60_000,
  });
}

/** Begins, and is gone before it has made good for the outage that it found. */
async function dieForgiving(store: Store, clock: TestClock): Promise<void> {
  let isForgiving = false;
  const dying = {
    ...store,
    forgiveOutage: async () => {
      isForgiving = true;
      throw new Error("died");
    },
  };
  await using _upkeep = upkeepOf(dying, clock, "co-dying");
  await waitFor("an outage that is found", () => isForgiving);
}

/** Begins, and goes on until it has judged leases and idleness some times. */
async function liveOn(store: Store, clock: TestClock): Promise<void> {
  let judged = 0;
  const strandedSpawns = () => {
    judged += 1;
    return store.strandedSpawns();
  };
  await using _upkeep = upkeepOf({ ...store, strandedSpawns }, clock, "co-next");
  await waitFor("upkeep", async () => {
    await clock.advance(SWEEP_MS);
    return judged >= 3;
  });
}

test("an outage that a controller found, and died of, is made good for by the next", async () => {
  const { clock, store, id } = await aBackendOfAController();
  await clock.advance(HOUR_MS);
  await dieForgiving(store, clock);
  await liveOn(store, clock);
  expect((await store.getBackend(id))?.state.status).toBe("ready");
  expect((await store.idleness(id))?.endAskedAt).toBeNull();
});

test("a clock that was set back, found by a controller that died, keeps no lease for longer", async () => {
  const { clock, store, id } = await aBackendOfAController();
  await clock.advance(-HOUR_MS);
  await dieForgiving(store, clock);
  await liveOn(store, clock);
  const { expiresAt } = (await store.leaseOf(id)) ?? {};
  expect(expiresAt).toBeLessThanOrEqual(clock.now() + LEASE.expiryMs);
});

test("an outage that was made good for is not found again", async () => {
  const { clock, store } = await aBackendOfAController();
  await clock.advance(HOUR_MS);
  await liveOn(store, clock);
  const { silentMs } = await store.beat(registration("co-third"), CONTROLLER_SILENT_MS);
  expect(silentMs).toBeLessThanOrEqual(SWEEP_MS);
});
