import { ApiError } from "../../src/protocol/errors.ts";
import type { DroneRecord } from "../store/fleet-store.ts";
import { chooseDrone, type PlacementWish, type Refusal } from "./choose-drone.ts";
import type { DroneView } from "./drone-book.ts";

export interface PlaceDeps {
  drones: DroneView;
  random(): number;
  droneUnhealthyMs: number;
}

export type Placed<T> = { kind: "placed"; result: T } | { kind: "refused"; refusals: Refusal[] };

/** Each try but the last has met a drone that others had filled since it was read. */
const TRIES = 8;

/**
 * Chooses a drone and asks it to be taken, until it is, or none fits. `take` answers undefined if the
 * drone has become unfit. What was read a moment ago may let a drone be chosen, never be refused.
 */
export async function place<T>(
  { drones, random, droneUnhealthyMs }: PlaceDeps,
  wish: PlacementWish,
  take: (drone: string) => Promise<T | undefined>,
): Promise<Placed<T>> {
  let refusals: Refusal[] = [];
  let judged: readonly DroneRecord[] | undefined;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const known = tries === 0 ? await drones.recent() : await drones.current();
    if (known === judged) break;
    const placement = chooseDrone(known, wish, droneUnhealthyMs, random);
    if (placement.kind === "refused") {
      refusals = placement.refusals;
      if (tries > 0) break;
      judged = known;
      continue;
    }
    const { name } = placement.drone;
    const result = await take(name);
    if (result !== undefined) {
      drones.placed(name);
      return { kind: "placed", result };
    }
    drones.outdated();
    refusals = [{ drone: name, because: "was filled by others meanwhile" }];
  }
  return { kind: "refused", refusals };
}

export function noDroneAvailable({ cluster, pool }: PlacementWish, refusals: Refusal[]): ApiError {
  const why = inWords(refusals);
  const where = `cluster ${cluster}${pool === "" ? "" : `, pool ${pool}`}`;
  return new ApiError("no-drone-available", `no drone for ${where}: ${why || "none is known"}`, {
    details: { cluster, pool, refusals },
    retryAfterSeconds: 5,
  });
}

export function inWords(refusals: readonly Refusal[]): string {
  return refusals.map(({ drone, because }) => `${drone} ${because}`).join("; ");
}
