import { expect, test } from "vitest";
import { clusterState } from "../../../controller/compat/plane/cluster-state.ts";
import type { DroneRecord } from "../../../controller/store/fleet-store.ts";
import { aHealth } from "../a-health.ts";

const UNHEALTHY_MS = 45_000;
const CLUSTER = "localhost:9090";

function aDrone(fields: Partial<DroneRecord>): DroneRecord {
  return {
    name: "dr-one",
    cluster: CLUSTER,
    pool: "",
    version: "1.2.3",
    maxBackends: null,
    draining: false,
    drainEndsInMs: null,
    leaseExpiresInMs: 60_000,
    connected: true,
    controller: "co-a",
    heartbeatAgeMs: 2_900,
    health: aHealth({}),
    liveBackends: 7,
    promised: { cpus: 0, memoryBytes: 0 },
    ...fields,
  };
}

const load = { connections: 0, requests_open: 0, active_backends: 0, requests_per_second: 0 };
const aProxy = (name: string, cluster = CLUSTER) => ({
  ...{ name, cluster, version: "1.2.4", connectedAt: 1, heardAgeMs: 10, load },
});
const controllers = [
  { id: "co-a", version: "1", url: "", startedAt: 0, heartbeatAgeMs: 6_100 },
  { id: "co-b", version: "1", url: "", startedAt: 0, heartbeatAgeMs: 1_900 },
];
const HELD = { controller: "co-a", controller_heartbeat_age: 6 };

test("drones are told with their controller, in whole seconds, and a silent one is not ready", () => {
  const drones = [
    aDrone({}),
    aDrone({ name: "dr-old", heartbeatAgeMs: 46_000, draining: true }),
    aDrone({ name: "dr-gone", connected: false, controller: null }),
    aDrone({ name: "dr-else", cluster: "else.example" }),
  ];
  const state = clusterState(CLUSTER, { drones, proxies: [], controllers }, UNHEALTHY_MS);
  const node = { plane_version: "1.2.3", plane_hash: "", ...HELD };
  expect(state).toEqual({
    drones: [
      {
        ready: true,
        draining: false,
        last_heartbeat_age: 2,
        backend_count: 7,
        node: { name: { Drone: "dr-one" }, ...node },
      },
      {
        ready: false,
        draining: true,
        last_heartbeat_age: 46,
        backend_count: 7,
        node: { name: { Drone: "dr-old" }, ...node },
      },
    ],
    proxies: [],
  });
});

test("a proxy's controller is the one that was heard of last", () => {
  const proxies = [aProxy("px-one"), aProxy("px-else", "else.example")];
  expect(clusterState(CLUSTER, { drones: [], proxies, controllers }, UNHEALTHY_MS)).toEqual({
    drones: [],
    proxies: [
      {
        name: { Proxy: "px-one" },
        plane_version: "1.2.4",
        plane_hash: "",
        controller: "co-b",
        controller_heartbeat_age: 1,
      },
    ],
  });
});
