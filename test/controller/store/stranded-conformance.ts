import { expect, test } from "vitest";
import type { Store } from "../../../controller/store/store.ts";
import { ADDRESS, aPlan, type OpenStore, opened, readyDrone, spawned } from "./a-store.ts";

const WINDOW_MS = 10_000;

export function strandedConformance(openStore: OpenStore): void {
  const spawnOf = async (store: Store, drone: string) => {
    const spawn = (await store.pendingActions(drone)).find(({ action }) => action.type === "spawn");
    if (spawn === undefined) throw new Error(`no spawn for ${drone}`);
    return spawn;
  };
  const onlyStranded = async (store: Store) => {
    const [stranded, ...more] = await store.strandedSpawns();
    if (stranded === undefined || more.length > 0) throw new Error("not exactly one is stranded");
    return stranded;
  };

  test("a spawn says until when its drone may begin it, by the drone's own clock", async () => {
    const { store, clock } = await opened(openStore);
    await clock.advance(3_000);
    await spawned(store);
    const { action } = await spawnOf(store, "dr-one");
    // The clock stood at 5,000 at its last heartbeat, which was 3,000 ago.
    expect(action).toMatchObject({ begin_by: { clock: "boot-1", ms: 5_000 + 3_000 + WINDOW_MS } });
  });

  test("a spawn that its drone refuses goes to another under a new action", async () => {
    const { store, changes } = await opened(openStore);
    const id = await spawned(store, { name: "doc" });
    const { action_id } = await spawnOf(store, "dr-one");
    await store.refuseSpawn("dr-two", action_id, "is not asked");
    expect(await store.strandedSpawns()).toEqual([]);
    await store.refuseSpawn("dr-one", action_id, "Docker is away");
    expect(await store.pendingActions("dr-one")).toEqual([]);
    const stranded = await onlyStranded(store);
    expect(stranded).toMatchObject({
      id,
      cpus: 0.5,
      refusals: [{ drone: "dr-one", because: "Docker is away" }],
      endAsked: null,
    });
    changes.length = 0;
    expect(await store.moveSpawn(stranded, "dr-two", WINDOW_MS)).toBe(true);
    expect(changes).toContainEqual({ kind: "actions", drone: "dr-two" });
    expect(await store.moveSpawn(stranded, "dr-two", WINDOW_MS)).toBe(false);
    const again = await spawnOf(store, "dr-two");
    expect(again.action_id).toBe(`${id}.spawn-2`);
    expect(again.action).toMatchObject({ spec: { env: { PASSWORD: "planted-secret" } } });
    expect(await store.getBackend(id)).toMatchObject({ drone: "dr-two" });
    expect(await store.refusals(id)).toEqual([{ drone: "dr-one", because: "Docker is away" }]);
    expect(await store.findKeyHolder({ namespace: "", name: "doc" })).toMatchObject({ id });
    expect((await store.getDrone("dr-one"))?.liveBackends).toBe(0);
    expect((await store.getDrone("dr-two"))?.liveBackends).toBe(1);
    expect(await store.ackAction("dr-one", action_id)).toBe(false);
    expect(await store.ackAction("dr-two", again.action_id)).toBe(true);
  });

  test("a spawn that was not acknowledged in time moves only after its drone cannot begin it", async () => {
    const { store, clock } = await opened(openStore);
    await spawned(store);
    const { action_id } = await spawnOf(store, "dr-one");
    await clock.advance(WINDOW_MS);
    expect(await store.strandedSpawns()).toEqual([]);
    await clock.advance(1_001);
    const stranded = await onlyStranded(store);
    expect(stranded.refusals).toMatchObject([{ drone: "dr-one" }]);
    // A late acknowledgement wins over a move that has not happened yet.
    expect(await store.ackAction("dr-one", action_id)).toBe(true);
    expect(await store.moveSpawn(stranded, "dr-two", WINDOW_MS)).toBe(false);
    expect(await store.strandedSpawns()).toEqual([]);
    // Given up by its drone after all, since the confirmation came too late.
    await store.refuseSpawn("dr-one", action_id, "was not confirmed in time");
    expect(await store.moveSpawn(await onlyStranded(store), "dr-two", WINDOW_MS)).toBe(true);
  });

  test("what has begun is never moved", async () => {
    const { store, report } = await opened(openStore);
    const id = await spawned(store);
    const { action_id } = await spawnOf(store, "dr-one");
    await store.ackAction("dr-one", action_id);
    await report(id, { status: "starting" });
    await store.refuseSpawn("dr-one", action_id, "has changed its mind");
    expect(await store.strandedSpawns()).toEqual([]);
  });

  test("what a lost drone had not begun goes to another", async () => {
    const { store, clock, report } = await opened(openStore);
    await readyDrone(store, "dr-lost", { expiryMs: 60_000 });
    const waiting = await spawned(store, { drone: "dr-lost" });
    const running = await spawned(store, { drone: "dr-lost" });
    await report(running, { status: "ready", address: ADDRESS }, 0, "dr-lost");
    await clock.advance(60_001);
    expect(await store.fenceLapsed(clock.now())).toEqual([
      { drone: "dr-lost", backendIds: [running] },
    ]);
    const stranded = await onlyStranded(store);
    expect(stranded.id).toBe(waiting);
    expect(await store.moveSpawn(stranded, "dr-two", WINDOW_MS)).toBe(true);
  });

  test("a spawn does not move to a drone without room, and not once its end was asked for", async () => {
    const { store } = await opened(openStore);
    await readyDrone(store, "dr-small", { maxBackends: 1 });
    await spawned(store, { drone: "dr-small" });
    const id = await spawned(store);
    await store.refuseSpawn("dr-one", (await spawnOf(store, "dr-one")).action_id, "is full");
    expect(await store.moveSpawn(await onlyStranded(store), "dr-small", WINDOW_MS)).toBe(false);
    expect((await store.getBackend(id))?.drone).toBe("dr-one");
    await store.terminate({ id, kind: "hard", reason: "external", graceSeconds: null });
    const stranded = await onlyStranded(store);
    expect(stranded.endAsked).toEqual({ kind: "hard", reason: "external" });
    expect(await store.moveSpawn(stranded, "dr-two", WINDOW_MS)).toBe(false);
  });

  test("a spawn that nobody will begin ends with a reason and leaves nothing behind", async () => {
    const { store, changes } = await opened(openStore);
    const plan = aPlan({ name: "doc" });
    await store.spawn(plan);
    const id = plan.spec.backend_id;
    await store.refuseSpawn("dr-one", (await spawnOf(store, "dr-one")).action_id, "is full");
    const stranded = await onlyStranded(store);
    const end = { status: "terminated", reason: "createfailed", message: "nobody" } as const;
    changes.length = 0;
    await store.abandonSpawn(stranded, end);
    await store.abandonSpawn(stranded, end);
    expect(changes).toEqual([{ kind: "backend", id }]);
    expect((await store.getBackend(id))?.state).toEqual(end);
    expect(await store.findKeyHolder({ namespace: "", name: "doc" })).toBeUndefined();
    expect((await store.getDrone("dr-one"))?.liveBackends).toBe(0);
    expect(await store.strandedSpawns()).toEqual([]);
  });
}
