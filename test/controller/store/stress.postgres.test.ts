import { expect, test } from "vitest";
import type { Store } from "../../../controller/store/store.ts";
import { type BackendId, newConnectionToken } from "../../../src/protocol/ids.ts";
import { aDatabase, aPostgresStore, ask } from "../../harness/postgres-database.ts";
import { aHealth } from "../a-health.ts";
import { ADDRESS, aPlan, CLUSTER, readyDrone } from "./a-store.ts";

const DRONES = ["dr-one", "dr-two", "dr-three"];
const KEYS = ["a", "b", "c", "d", "e", "f", "g", "h"];
const PROXIES = ["px-one", "px-two"];
const WORKERS = 24;
const STEPS = 60;

/** The same every time, as far as the order of what runs at once can be. */
function dice(seed: number) {
  let state = seed;
  const roll = (sides: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
  return { roll, oneOf: <T>(list: readonly T[]) => list[roll(list.length)] as T };
}

type Dice = ReturnType<typeof dice>;

/** Everything that a store is asked for while it runs, each on what others are at, too. */
function steps(known: BackendId[], { roll, oneOf }: Dice): ((store: Store) => Promise<unknown>)[] {
  const id = () => oneOf(known) ?? ("none" as BackendId);
  const drone = () => oneOf(DRONES);
  const spawn = async (store: Store) => {
    const plan = aPlan({
      name: oneOf(KEYS),
      drone: drone(),
      maxIdleMs: 1,
      lifetimeMs: 50 + roll(500),
    });
    if ((await store.spawn(plan)).kind === "spawned") known.push(plan.spec.backend_id);
  };
  const end = (store: Store) =>
    report(store, { status: "terminated", reason: "exited", exit_code: 0 });
  const report = async (
    store: Store,
    state: Parameters<Store["recordReport"]>[0]["state"],
    about = id(),
  ) => {
    const backend = await store.getBackend(about);
    return store.recordReport({
      drone: backend?.drone ?? drone(),
      id: about,
      state,
      ageMs: roll(9),
    });
  };
  const token = () => {
    const ttlMs = 50;
    return { token: newConnectionToken(), secret: "s", user: null, auth: {}, ttlMs };
  };
  const act = async (store: Store) => {
    const name = drone();
    for (const { action_id } of await store.pendingActions(name)) {
      if (roll(3) === 0) await store.refuseSpawn(name, action_id, "no room");
      else await store.ackAction(name, action_id);
    }
  };
  const settle = async (store: Store) => {
    for (const spawn of await store.strandedSpawns()) {
      if (await store.moveSpawn(spawn, drone(), 1_000)) continue;
      await store.abandonSpawn(spawn, { status: "terminated", reason: "startfailed" });
    }
  };
  const renew = (store: Store) => {
    const name = drone();
    return store.renewLease({
      drone: name,
      session: name,
      backendIds: known,
      expiryMs: 5 + roll(300),
    });
  };
  const attach = async (store: Store) => {
    const name = drone();
    const about = { name, session: name, identity: `machine-${name}`, maxBackends: 6 };
    const where = { cluster: CLUSTER, pool: "", version: "1", controller: oneOf(["co-a", "co-b"]) };
    await store.attachDrone({ ...about, ...where }, 45_000);
    await store.recordHeartbeat(name, health, { clock: "boot-1", ms: 5_000 });
    await renew(store);
  };
  const activity = (store: Store) => {
    const some = Array.from({ length: 12 }, () => ({ id: id(), open: roll(2), idleMs: roll(5) }));
    const reports = [...new Map(some.map((each) => [each.id, each])).values()];
    return store.recordActivity(oneOf(PROXIES), reports, roll(4) === 0);
  };
  return [
    spawn,
    spawn,
    spawn,
    end,
    (store) => report(store, { status: "ready", address: ADDRESS }),
    (store) => report(store, { status: "ready", address: { ...ADDRESS, port: roll(9) + 1 } }),
    (store) => report(store, { status: "loading" }),
    (store) => report(store, { status: "terminating", reason: "external" }),
    act,
    settle,
    renew,
    renew,
    activity,
    activity,
    (store) => store.admit(id(), token()),
    (store) => store.sweep(oneOf([1, 45_000])),
    async (store) => store.fenceLapsed((await store.beat(controller("co-a"), 45_000)).now),
    (store) =>
      store.reconcile(
        "dr-one",
        "dr-one",
        known.filter(() => roll(8) > 0),
      ),
    (store) =>
      store.terminate({
        id: id(),
        kind: oneOf(["soft", "hard"]),
        reason: "external",
        graceSeconds: null,
      }),
    (store) => store.preventRenew(id()),
    (store) => store.setProgress(drone(), id(), { percent: 1, text: "" }),
    (store) => store.recordHeartbeat(drone(), health, { clock: "boot-1", ms: 5_000 }),
    attach,
    (store) => store.drain("dr-three", 10),
    (store) => store.undrain("dr-three"),
    (store) => store.beat(controller(oneOf(["co-a", "co-b"])), 45_000),
    (store) => store.forgiveOutage(100, 0),
    (store) => store.tidy(2_000),
    (store) => store.listBackends({ limit: 20 }),
    (store) => store.resolveRoute({ cluster: CLUSTER, label: id(), token: "hct_none" }),
  ];
}

const health = aHealth({ cpus: 64 });
const controller = (id: string) => ({ id, version: "1", url: "http://127.0.0.1:1" });

test("whatever is asked at once, nothing fails, no key is held twice, and every count is exact", async () => {
  const url = await aDatabase();
  const stores = [await aPostgresStore(url), await aPostgresStore(url)];
  for (const drone of DRONES) await readyDrone(stores[0] as Store, drone, { maxBackends: 6 });
  const known: BackendId[] = [];
  const problems: unknown[] = [];
  const work = async (worker: number) => {
    const luck = dice(worker + 1);
    const all = steps(known, luck);
    for (let step = 0; step < STEPS; step += 1) {
      const run = luck.oneOf(all);
      await run(stores[worker % 2] as Store).catch((error) => {
        problems.push(`${error.message}, of ${run}`);
      });
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, (_, worker) => work(worker)));
  expect(problems).toEqual([]);
  expect(await ask(url, WRONG_COUNTS)).toEqual([]);
  expect(await ask(url, WRONG_KEYS)).toEqual([]);
  expect(await ask(url, WRONG_TOKENS)).toEqual([]);
  expect(await ask(url, WRONG_TIMELINES)).toEqual([]);
  expect(known.length).toBeGreaterThan(20);
}, 240_000);

const WRONG_COUNTS = `
  select name, live_backends, live.count, promised_millicpus, live.millicpus, promised_memory, live.memory
  from drones cross join lateral (
    select count(*), coalesce(sum(millicpus), 0) as millicpus, coalesce(sum(memory_bytes), 0) as memory
    from backends where drone = drones.name and status <> 'terminated') live
  where live_backends <> live.count or promised_millicpus <> live.millicpus
    or promised_memory <> live.memory or live_backends > max_backends`;

/** A live backend that does not hold its key, or a key that is held by what has ended. */
const WRONG_KEYS = `
  select backends.id, backends.status, keys.backend_id from backends
  full join keys on keys.backend_id = backends.id
  where (backends.status <> 'terminated' and keys.backend_id is null)
    or (keys.backend_id is not null and (backends.id is null or backends.status = 'terminated'))`;

/** A backend of a key whose token is not larger than that of one that was made before. */
const WRONG_TOKENS = `
  select later.id from backends later join timeline later_start on later_start.backend_id = later.id
  join backends earlier using (namespace, key_name)
  join timeline earlier_start on earlier_start.backend_id = earlier.id
  where later_start.rank = 0 and earlier_start.rank = 0 and earlier_start.seq < later_start.seq
    and earlier.fencing_token >= later.fencing_token`;

/** A state that goes back, or times that do. */
const WRONG_TIMELINES = `
  select one.backend_id from timeline one join timeline next using (backend_id)
  where next.rank > one.rank and (next.at < one.at or one.status = 'terminated')`;
