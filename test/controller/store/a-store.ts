import { expect } from "vitest";
import type { Change, SpawnPlan, Store } from "../../../controller/store/store.ts";
import type { BackendState } from "../../../src/protocol/backend-state.ts";
import { type BackendId, newBackendId } from "../../../src/protocol/ids.ts";
import { TestClock } from "../../harness/test-clock.ts";
import { aHealth } from "../a-health.ts";

export type OpenStore = (clock: TestClock) => Promise<Store>;

export const CLUSTER = "localhost:9090";
export const ADDRESS = { host: "10.0.0.2", port: 8080 };

export function aPlan(overrides: Partial<SpawnPlan> & { name?: string } = {}): SpawnPlan {
  const id = newBackendId();
  const { name = id, ...rest } = overrides;
  return {
    spec: {
      backend_id: id,
      key: { name, namespace: "", tag: "" },
      fencing_token: 0,
      image: "hangar/echo",
      pull_policy: "if-not-present",
      env: { PASSWORD: "planted-secret" },
      port: 8080,
      grace_seconds: 10,
      ready: {},
      resources: { cpus: 0.5, memory_bytes: 64 * 1_048_576 },
    },
    cluster: CLUSTER,
    pool: "",
    drone: "dr-one",
    labels: {},
    subdomain: null,
    access: "token",
    config: {
      port: 8080,
      grace_seconds: 10,
      resources: { cpus: 0.5, memory_bytes: 64 * 1_048_576 },
      ready: {},
      env_names: ["PASSWORD"],
      command: null,
    },
    maxIdleMs: null,
    lifetimeMs: null,
    token: null,
    beginWindowMs: 10_000,
    ...rest,
  };
}

export interface ScriptedStore {
  clock: TestClock;
  store: Store;
  changes: Change[];
  report(id: BackendId, state: BackendState, ageMs?: number, drone?: string): Promise<boolean>;
}

/** For tests in which no lease is to lapse. */
const FOR_EVER_MS = 1_000_000_000_000;

/** A drone that may be given backends. Its session is its name. */
export async function readyDrone(
  store: Store,
  name: string,
  { expiryMs = FOR_EVER_MS, maxBackends = null as number | null } = {},
): Promise<void> {
  const about = { name, session: name, identity: `machine-${name}`, maxBackends };
  const where = { cluster: CLUSTER, pool: "", version: "1", controller: "co-a" };
  expect(await store.attachDrone({ ...about, ...where }, 45_000)).toBe(true);
  await store.recordHeartbeat(name, aHealth({ cpus: 64 }), { clock: "boot-1", ms: 5_000 });
  const lease = { drone: name, session: name, backendIds: [], expiryMs };
  expect(await store.renewLease(lease)).toEqual({ refused: [], disowned: [] });
}

/** A store on a clock of its own with two drones, and what it has announced. */
export async function opened(openStore: OpenStore): Promise<ScriptedStore> {
  const clock = new TestClock();
  const store = await openStore(clock);
  const changes: Change[] = [];
  for (const drone of ["dr-one", "dr-two"]) await readyDrone(store, drone);
  store.subscribe((change) => changes.push(change));
  return {
    clock,
    store,
    changes,
    report: (id, state, ageMs = 0, drone = "dr-one") =>
      store.recordReport({ drone, id, state, ageMs }),
  };
}

export async function spawned(
  store: Store,
  overrides: Parameters<typeof aPlan>[0] = {},
): Promise<BackendId> {
  const plan = aPlan(overrides);
  expect((await store.spawn(plan)).kind).toBe("spawned");
  return plan.spec.backend_id;
}
