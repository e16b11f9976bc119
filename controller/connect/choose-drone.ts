import type { DroneRecord } from "../store/fleet-store.ts";

export interface PlacementWish {
  cluster: string;
  pool: string;
  image: string;
  cpus: number;
  memoryBytes: number;
}

export interface Refusal {
  drone: string;
  because: string;
}

export type Placement =
  | { kind: "placed"; drone: DroneRecord }
  | { kind: "refused"; refusals: Refusal[] };

/** How many drones are drawn at random before the better one is taken. Source: Plane's `best-of`. */
const CANDIDATES = 2;

/** Of the drones that fit, the better of two drawn at random: even load without a global order. */
export function chooseDrone(
  drones: readonly DroneRecord[],
  wish: PlacementWish,
  unhealthyMs: number,
  random: () => number,
): Placement {
  const there = drones.filter(
    ({ cluster, pool }) => cluster === wish.cluster && pool === wish.pool,
  );
  const drawn: DroneRecord[] = [];
  const refusals: Refusal[] = [];
  for (const drone of shuffled(there, random)) {
    const because = whyNot(drone, wish, unhealthyMs);
    if (because === undefined) drawn.push(drone);
    else refusals.push({ drone: drone.name, because });
    if (drawn.length === CANDIDATES) break;
  }
  const [best] = drawn.sort((a, b) => score(a, wish.image) - score(b, wish.image));
  if (best !== undefined) return { kind: "placed", drone: best };
  return { kind: "refused", refusals: refusals.sort((a, b) => (a.drone < b.drone ? -1 : 1)) };
}

/** Why a drone can be given no backend at all; undefined if it can. */
export function whyUnhealthy(drone: DroneRecord, unhealthyMs: number): string | undefined {
  const { heartbeatAgeMs, health, leaseExpiresInMs } = drone;
  if (heartbeatAgeMs === null || health === null) return "has sent no heartbeat yet";
  if (heartbeatAgeMs > unhealthyMs) {
    return `has been silent for ${Math.round(heartbeatAgeMs / 1_000)} s`;
  }
  if (!health.runtime.ok) {
    return `its ${health.runtime.name} runtime is not available: ${health.runtime.error ?? "unknown"}`;
  }
  if (leaseExpiresInMs === null || leaseExpiresInMs <= 0) return "holds no lease";
  return undefined;
}

function whyNot(drone: DroneRecord, wish: PlacementWish, unhealthyMs: number): string | undefined {
  return (
    whyUnhealthy(drone, unhealthyMs) ?? (drone.draining ? "is draining" : whyNoRoom(drone, wish))
  );
}

/** What was promised counts, not what is used: a session may ask for all of its own at any time. */
function whyNoRoom(drone: DroneRecord, wish: PlacementWish): string | undefined {
  const { liveBackends, maxBackends, health, promised } = drone;
  if (maxBackends !== null && liveBackends >= maxBackends) {
    return `is full: ${liveBackends} of at most ${maxBackends} backends`;
  }
  if (health === null) return undefined;
  const memoryLeft = health.memory_total_bytes - promised.memoryBytes;
  if (wish.memoryBytes > memoryLeft) {
    return `has ${mib(memoryLeft)} MiB of memory left to promise, ${mib(wish.memoryBytes)} asked for`;
  }
  const cpusLeft = health.cpus - promised.cpus;
  if (wish.cpus > cpusLeft) return `has ${cpusLeft} CPUs left to promise, ${wish.cpus} asked for`;
  return undefined;
}

function mib(bytes: number): number {
  return Math.max(0, Math.floor(bytes / 1_048_576));
}

/** Lower is better: a pull costs more than a fuller drone. */
function score(drone: DroneRecord, image: string): number {
  const needsPull = drone.health?.images.includes(withTag(image)) ? 0 : 1_000_000;
  return needsPull + drone.liveBackends;
}

function withTag(image: string): string {
  const name = image.slice(image.lastIndexOf("/") + 1);
  return name.includes(":") || name.includes("@") ? image : `${image}:latest`;
}

/** Each of them once, in an order drawn only as far as somebody looks. */
function* shuffled<T>(from: readonly T[], random: () => number): Generator<T> {
  const left = [...from];
  while (left.length > 0) {
    const at = Math.floor(random() * left.length);
    const drawn = left[at] as T;
    left[at] = left[left.length - 1] as T;
    left.pop();
    yield drawn;
  }
}
