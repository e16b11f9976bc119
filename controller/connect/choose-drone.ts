import type { DroneRecord } from "../store/store.ts";

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
  const judged = drones
    .filter(({ cluster, pool }) => cluster === wish.cluster && pool === wish.pool)
    .map((drone) => ({ drone, because: whyNot(drone, wish, unhealthyMs) }));
  const fit = judged.flatMap(({ drone, because }) => (because === undefined ? [drone] : []));
  const [best] = draw(fit, CANDIDATES, random).sort(
    (a, b) => score(a, wish.image) - score(b, wish.image),
  );
  if (best !== undefined) return { kind: "placed", drone: best };
  return {
    kind: "refused",
    refusals: judged.map(({ drone, because = "" }) => ({ drone: drone.name, because })),
  };
}

/** Why a drone can be given no backend at all; undefined if it can. */
export function whyUnhealthy(drone: DroneRecord, unhealthyMs: number): string | undefined {
  const { heartbeatAgeMs, health } = drone;
  if (heartbeatAgeMs === null || health === null) return "has sent no heartbeat yet";
  if (heartbeatAgeMs > unhealthyMs) {
    return `has been silent for ${Math.round(heartbeatAgeMs / 1_000)} s`;
  }
  if (!health.runtime.ok) {
    return `its ${health.runtime.name} runtime is not available: ${health.runtime.error ?? "unknown"}`;
  }
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

function draw<T>(from: readonly T[], count: number, random: () => number): T[] {
  const left = [...from];
  const drawn: T[] = [];
  while (drawn.length < count && left.length > 0) {
    drawn.push(...left.splice(Math.floor(random() * left.length), 1));
  }
  return drawn;
}
