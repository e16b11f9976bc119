import type { BackendId } from "../../src/protocol/ids.ts";
import { serveOrders, setUpOf } from "../part.ts";
import { backendId, droneName } from "./names.ts";
import { SimulatedDrone } from "./simulated-drone.ts";
import { SimulatedProxy } from "./simulated-proxy.ts";

export interface PeersSetUp {
  url: string;
  droneKey: string;
  proxyKey: string;
  drones: number;
  /** Backends that live on them already. */
  live: number;
}

export type PeersOrder =
  /** Answers once so many new backends are ready since the start, or after the patience. */
  | { kind: "ready"; count: number; patienceMs: number }
  /** Heartbeats out of their turn, evenly over all drones and the time. */
  | { kind: "heartbeats"; count: number; ms: number }
  /** From now on so many backends change between two tellings of each proxy. */
  | { kind: "activity"; each: number };

/** New backends that are ready; heartbeats that were sent; backends that the proxies have told of. */
export interface PeersAnswer {
  ready: number;
  heartbeats: number;
  told: number;
}

const PROXIES = 2;
/** More at once would overflow the controller's queue of connections. */
const ATTACHING_AT_ONCE = 50;

const { url, droneKey, proxyKey, drones: count, live } = setUpOf<PeersSetUp>();
let ready = 0;
const drones: SimulatedDrone[] = [];

for (let first = 0; first < count; first += ATTACHING_AT_ONCE) {
  const size = Math.min(ATTACHING_AT_ONCE, count - first);
  const batch = Array.from({ length: size }, (_, index) => attachDrone(first + index));
  drones.push(...(await Promise.all(batch)));
}
const proxies = await Promise.all(
  Array.from({ length: PROXIES }, (_, index) =>
    SimulatedProxy.attach({ url, key: proxyKey, name: `px-${index}` }),
  ),
);

serveOrders<PeersOrder, PeersAnswer>(async (order) => {
  const heartbeats = order.kind === "heartbeats" ? await sendHeartbeats(order) : 0;
  if (order.kind === "ready") await untilReady(order);
  if (order.kind === "activity") {
    for (const [index, proxy] of proxies.entries()) {
      proxy.change(everyNth(PROXIES, index), order.each);
    }
  }
  return { ready, heartbeats, told: proxies.reduce((sum, proxy) => sum + proxy.told, 0) };
});

function attachDrone(index: number): Promise<SimulatedDrone> {
  return SimulatedDrone.attach({
    url,
    key: droneKey,
    name: droneName(index),
    backendIds: everyNth(count, index),
    onReady() {
      ready += 1;
    },
  });
}

function everyNth(step: number, first: number): BackendId[] {
  const ids: BackendId[] = [];
  for (let n = first; n < live; n += step) ids.push(backendId(n) as BackendId);
  return ids;
}

async function untilReady(order: { count: number; patienceMs: number }): Promise<void> {
  const deadline = performance.now() + order.patienceMs;
  while (ready < order.count && performance.now() < deadline) await tick();
}

async function sendHeartbeats(order: { count: number; ms: number }): Promise<number> {
  const startedMs = performance.now();
  let sent = 0;
  while (sent < order.count) {
    const due = Math.min(order.count, ((performance.now() - startedMs) / order.ms) * order.count);
    for (; sent < due; sent += 1) drones[sent % drones.length]?.sendHeartbeat();
    await tick();
  }
  return sent;
}

function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}
