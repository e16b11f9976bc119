import { setTimeout as delay } from "node:timers/promises";
import type { HangarClient } from "../../client/client.ts";
import type { Drone } from "../../protocol/drone.ts";

export interface ConnectedDeps {
  client: HangarClient;
  proxy: { readonly connected: boolean };
  droneName: string;
  /** `performance.now()` before the drone was started: what was told of it earlier is of another session. */
  sinceMs: number;
  signal: AbortSignal;
  /** Default: 10 s. */
  patienceMs?: number;
  /** Called every few seconds while it waits. */
  onSlow?(state: UpState, waitedMs: number): void;
}

/** What stands, as far as is known. */
export interface UpState {
  proxyConnected: boolean;
  drone: Drone | undefined;
}

const PATIENCE_MS = 10_000;
const SLOW_MS = 10_000;
const POLL_MS = 25;

/** Waits for the proxy, and for a drone that can run something or knows why not; after a while, tells what is missing. */
export async function untilConnected(deps: ConnectedDeps): Promise<UpState> {
  const { signal, patienceMs = PATIENCE_MS } = deps;
  const startMs = performance.now();
  let slowMs = SLOW_MS;
  for (;;) {
    const state = await look(deps);
    const waitedMs = performance.now() - startMs;
    const hasCome = state.proxyConnected && hasSettled(state.drone);
    if (hasCome || signal.aborted || waitedMs > patienceMs) return state;
    if (waitedMs >= slowMs) {
      slowMs += SLOW_MS;
      deps.onSlow?.(state, waitedMs);
    }
    await delay(POLL_MS);
  }
}

/** One that was away for long is healthy only once it has been given a lease again. */
function hasSettled(drone: Drone | undefined): boolean {
  if (drone === undefined || !drone.connected) return false;
  return drone.healthy || drone.health?.runtime.ok === false;
}

async function look({ client, proxy, ...deps }: ConnectedDeps): Promise<UpState> {
  const drones = await client.listDrones({ signal: deps.signal }).catch(() => []);
  const drone = drones.find(({ name }) => name === deps.droneName);
  return { proxyConnected: proxy.connected, drone: drone && ofThisSession(drone, deps.sinceMs) };
}

/** A row of the database outlives the drone: what it told when it ran before is not how it is. */
function ofThisSession(drone: Drone, sinceMs: number): Drone {
  const { last_heartbeat_age_ms: ageMs } = drone;
  if (ageMs !== null && ageMs < performance.now() - sinceMs) return drone;
  const unheard = { healthy: false, unhealthy_because: "has not told its health yet" };
  return { ...drone, ...unheard, health: null };
}
