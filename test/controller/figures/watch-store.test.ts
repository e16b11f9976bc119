import { expect, test } from "vitest";
import { ClusterView } from "../../../controller/figures/cluster-view.ts";
import { Figures } from "../../../controller/figures/figures.ts";
import { watchStore } from "../../../controller/figures/watch-store.ts";
import { DatabaseAway } from "../../../controller/store/database-away.ts";
import type { Store } from "../../../controller/store/store.ts";
import { TestClock } from "../../harness/test-clock.ts";

function watched(over: Partial<Store>) {
  const figures = new Figures();
  const clock = new TestClock();
  return { figures, clock, store: watchStore(over as Store, figures, clock) };
}

test("what each call of the database took is counted, by its name", async () => {
  const { figures, clock, store } = watched({ ping: () => clock.sleep(40) });
  const answered = store.ping();
  await clock.advance(40);
  await answered;
  expect(figures.databaseMs.get("ping")).toMatchObject({ total: 1, sum: 40 });
});

test("a database that is away is told apart from one that will not, until it answers", async () => {
  let answer: () => Promise<void> = () => Promise.reject(new DatabaseAway(new Error("gone")));
  const { figures, store } = watched({ ping: () => answer() });
  await expect(store.ping()).rejects.toThrow(DatabaseAway);
  expect(figures).toMatchObject({ isDatabaseUp: false, databaseErrors: { away: 1, other: 0 } });
  answer = () => Promise.reject(new Error("constraint"));
  await expect(store.ping()).rejects.toThrow("constraint");
  expect(figures).toMatchObject({ isDatabaseUp: true, databaseErrors: { away: 1, other: 1 } });
});

test("what lapsed and what was refused is counted from the store's own answers", async () => {
  const id = "abcdefghij0123" as never;
  const { figures, store } = watched({
    fenceLapsed: async () => [{ drone: "dr-one", backendIds: [id, id] }],
    renewLease: async () => ({ refused: [id], disowned: [id, id] }),
    refuseSpawn: async () => undefined,
    moveSpawn: async () => false,
    abandonSpawn: async () => undefined,
    reconcile: async () => [id],
    sweep: async () => [id, id],
  });
  await store.fenceLapsed(0);
  await store.renewLease({} as never);
  await store.refuseSpawn("dr-one", "x" as never, "no");
  await store.moveSpawn({} as never, "dr-two", 1);
  await store.abandonSpawn({} as never, { status: "terminated", reason: "createfailed" });
  await store.reconcile("dr-one", "s", []);
  await store.sweep(1);
  expect(figures).toMatchObject({
    ...{ dronesFenced: 1, backendsFenced: 2, leasesRefused: 1, disowned: 3, swept: 2 },
    ...{ spawnsRefused: 1, spawnsMoved: 0, spawnsAbandoned: 1 },
  });
});

const EMPTY = {
  census: async () => ({ backends: new Map(), pendingActions: 0 }),
  listDrones: async () => [],
  listProxies: async () => [],
  listControllers: async () => [],
};

test("several who ask about the cluster read the database once", async () => {
  let reads = 0;
  const clock = new TestClock();
  const listDrones = async () => {
    reads += 1;
    return [];
  };
  const view = new ClusterView({ clock, store: { ...EMPTY, listDrones } });
  await Promise.all([view.read(), view.read()]);
  await view.read();
  expect(reads).toBe(1);
  await clock.advance(5_000);
  await view.read();
  expect(reads).toBe(2);
});

test("a database that fails, or hangs, leaves the cluster's figures out and holds nobody up", async () => {
  const clock = new TestClock();
  const failing = { ...EMPTY, census: () => Promise.reject(new Error("away")) };
  expect(await new ClusterView({ clock, store: failing }).read()).toBeUndefined();
  const hanging = { ...EMPTY, census: () => new Promise<never>(() => undefined) };
  const asked = new ClusterView({ clock, store: hanging }).read();
  await clock.advance(2_000);
  expect(await asked).toBeUndefined();
});
