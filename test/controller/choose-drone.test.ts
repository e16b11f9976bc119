import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseDrone, type PlacementWish } from "../../controller/connect/choose-drone.ts";
import type { DroneRecord } from "../../controller/store/fleet-store.ts";
import { aHealth } from "./a-health.ts";

const UNHEALTHY_MS = 45_000;
const wish: PlacementWish = {
  cluster: "localhost:9090",
  pool: "",
  image: "hangar/echo",
  cpus: 1,
  memoryBytes: 1_073_741_824,
};

function aDrone(overrides: Partial<DroneRecord> = {}): DroneRecord {
  return {
    name: "dr-one",
    cluster: "localhost:9090",
    pool: "",
    version: "1",
    maxBackends: null,
    draining: false,
    drainEndsInMs: null,
    leaseExpiresInMs: 30_000,
    connected: true,
    controller: "co-a",
    heartbeatAgeMs: 100,
    health: aHealth(),
    liveBackends: 0,
    promised: { cpus: 0, memoryBytes: 0 },
    ...overrides,
  };
}

function choose(...drones: DroneRecord[]) {
  return chooseDrone(drones, wish, UNHEALTHY_MS, Math.random);
}

test.each([
  ["silent too long", { heartbeatAgeMs: UNHEALTHY_MS + 1 }, "silent for 45 s"],
  ["never heard of", { heartbeatAgeMs: null }, "no heartbeat yet"],
  ["without a lease", { leaseExpiresInMs: null }, "holds no lease"],
  ["past its lease", { leaseExpiresInMs: -1 }, "holds no lease"],
  ["draining", { draining: true }, "is draining"],
  ["full", { maxBackends: 3, liveBackends: 3 }, "is full: 3 of at most 3"],
  ["out of promised CPUs", { promised: { cpus: 3.5, memoryBytes: 0 } }, "0.5 CPUs left"],
  [
    "out of promised memory",
    { promised: { cpus: 0, memoryBytes: 7.5 * 1_073_741_824 } },
    "512 MiB of memory left to promise, 1024 asked for",
  ],
  [
    "without its runtime",
    { health: aHealth({ runtime: { name: "docker", ok: false, error: "no socket" } }) },
    "docker runtime is not available: no socket",
  ],
] as const)("a drone that is %s is refused and says why", (_name, overrides, because) => {
  const placement = choose(aDrone(overrides));
  expect(placement).toMatchObject({ kind: "refused", refusals: [{ drone: "dr-one" }] });
  expect(JSON.stringify(placement)).toContain(because);
});

test("a drone of another cluster or pool is not even mentioned", () => {
  const placement = choose(aDrone({ cluster: "other" }), aDrone({ pool: "gpu" }));
  expect(placement).toEqual({ kind: "refused", refusals: [] });
});

test("of two drones the one that has the image is taken, then the emptier one", () => {
  const pulling = aDrone({ name: "dr-bare", health: aHealth({ images: [] }) });
  const full = aDrone({ name: "dr-full", liveBackends: 9 });
  const empty = aDrone({ name: "dr-empty", liveBackends: 1 });
  expect(choose(pulling, full)).toMatchObject({ drone: { name: "dr-full" } });
  expect(choose(full, empty)).toMatchObject({ drone: { name: "dr-empty" } });
});

test("the choice is always a drone that fits, and there is one whenever any fits", () => {
  const drone = fc.record({
    heartbeatAgeMs: fc.option(fc.integer({ min: 0, max: 90_000 })),
    draining: fc.boolean(),
    liveBackends: fc.integer({ min: 0, max: 6 }),
    maxBackends: fc.option(fc.integer({ min: 1, max: 5 })),
  });
  fc.assert(
    fc.property(
      fc.array(drone, { maxLength: 8 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (all, luck) => {
        const drones = all.map((each, index) => aDrone({ ...each, name: `dr-${index}` }));
        const fits = (each: DroneRecord) =>
          each.heartbeatAgeMs !== null &&
          each.heartbeatAgeMs <= UNHEALTHY_MS &&
          !each.draining &&
          each.liveBackends < (each.maxBackends ?? Number.POSITIVE_INFINITY);
        const placement = chooseDrone(drones, wish, UNHEALTHY_MS, () => luck);
        expect(placement.kind).toBe(drones.some(fits) ? "placed" : "refused");
        if (placement.kind === "placed") expect(fits(placement.drone)).toBe(true);
        else expect(placement.refusals).toHaveLength(drones.length);
      },
    ),
  );
});
