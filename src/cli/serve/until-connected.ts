import { setTimeout as delay } from "node:timers/promises";
import type { HangarClient } from "../../client/client.ts";
import type { Drone } from "../../protocol/drone.ts";

export interface ConnectedDeps {
  client: HangarClient;
  proxy: { readonly connected: boolean };
  droneName: string;
  signal: AbortSignal;
}

/** What stands, as far as is known. */
export interface UpState {
  proxyConnected: boolean;
  drone: Drone | undefined;
}

const PATIENCE_MS = 10_000;
const POLL_MS = 25;

/** Waits for the proxy, and for a drone that can run something or knows why not; after a while, tells what is missing. */
export async function untilConnected(deps: ConnectedDeps): Promise<UpState> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const state = await look(deps);
    if (
      (state.proxyConnected && hasSettled(state.drone)) ||
      deps.signal.aborted ||
      performance.now() > deadlineMs
    )
      return state;
    await delay(POLL_MS);
  }
}

/** One that was away for long is healthy only once it has been given a lease again. */
function hasSettled(drone: Drone | undefined): boolean {
  if (drone === undefined || !drone.connected) return false;
  return drone.healthy || drone.health?.runtime.ok === false;
}

async function look({ client, proxy, droneName, signal }: ConnectedDeps): Promise<UpState> {
  const drones = await client.listDrones({ signal }).catch(() => []);
  return {
    proxyConnected: proxy.connected,
    drone: drones.find(({ name }) => name === droneName),
  };
}
