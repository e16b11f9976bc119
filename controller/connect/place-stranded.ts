import type { Log } from "../../src/shared/log.ts";
import type { Store, StrandedSpawn } from "../store/store.ts";
import type { Refusal } from "./choose-drone.ts";
import { inWords, type PlaceDeps, place } from "./place.ts";

export interface PlaceStrandedDeps extends PlaceDeps {
  store: Pick<Store, "strandedSpawns" | "moveSpawn" | "abandonSpawn">;
  log: Log;
  beginWindowMs: number;
  spawnPatienceMs: number;
}

/** Gives each spawn that its drone did not begin to another, or ends it once that has taken too long. */
export async function placeStranded(deps: PlaceStrandedDeps): Promise<void> {
  for (const spawn of await deps.store.strandedSpawns()) await placeOne(deps, spawn);
}

async function placeOne(deps: PlaceStrandedDeps, spawn: StrandedSpawn): Promise<void> {
  const { store, log, beginWindowMs, spawnPatienceMs } = deps;
  const { id: backendId, endAsked, refusals } = spawn;
  if (endAsked !== null) {
    return await store.abandonSpawn(spawn, { status: "terminated", ...endAsked });
  }
  const move = async (drone: string) =>
    (await store.moveSpawn(spawn, drone, beginWindowMs)) ? drone : undefined;
  const elsewhere = await place(butFor(deps, refusals), spawn, move);
  // Nobody else: those who have refused may have changed their minds.
  const placed = elsewhere.kind === "placed" ? elsewhere : await place(deps, spawn, move);
  if (placed.kind === "placed") {
    log.warn({ backendId, drone: placed.result, refusals }, "spawn moved to another drone");
    return;
  }
  if (spawn.ageMs < spawnPatienceMs) return;
  const message = `no drone could begin it: ${inWords([...refusals, ...placed.refusals])}`;
  log.error({ backendId, refusals }, "spawn abandoned");
  await store.abandonSpawn(spawn, { status: "terminated", reason: "createfailed", message });
}

function butFor(deps: PlaceStrandedDeps, refusals: readonly Refusal[]): PlaceDeps {
  const refused = new Set(refusals.map(({ drone }) => drone));
  const others = <T extends { name: string }>(drones: readonly T[]) =>
    drones.filter(({ name }) => !refused.has(name));
  const { drones } = deps;
  return {
    ...deps,
    drones: {
      recent: async () => others(await drones.recent()),
      current: async () => others(await drones.current()),
      placed: (name) => drones.placed(name),
      outdated: () => drones.outdated(),
    },
  };
}
