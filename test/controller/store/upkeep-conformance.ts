import { expect, test } from "vitest";
import { newConnectionToken } from "../../../src/protocol/ids.ts";
import { type OpenStore, opened, readyDrone, spawned } from "./a-store.ts";

const SILENT_MS = 15_000;

export function upkeepConformance(openStore: OpenStore): void {
  test("a beat tells for how long no controller was there", async () => {
    const { store, clock } = await opened(openStore);
    const [a, b] = ["co-a", "co-b"].map((id) => ({ id, version: "1", url: `http://${id}` }));
    if (a === undefined || b === undefined) throw new Error("two controllers");
    const began = clock.now();
    expect(await store.beat(a, SILENT_MS)).toEqual({ now: began, silentMs: null });
    await clock.advance(2_000);
    expect(await store.beat(b, SILENT_MS)).toEqual({ now: began + 2_000, silentMs: 2_000 });
    await clock.advance(3_000);
    expect((await store.beat(a, SILENT_MS)).silentMs).toBe(3_000);
    expect(await store.listControllers()).toEqual([
      { ...a, startedAt: began, heartbeatAgeMs: 0 },
      { ...b, startedAt: began + 2_000, heartbeatAgeMs: 3_000 },
    ]);
    await store.removeController("co-b");
    expect((await store.listControllers()).map(({ id }) => id)).toEqual(["co-a"]);
  });

  test("a beat that may not stand leaves no trace", async () => {
    const { store, clock } = await opened(openStore);
    const [first, next] = ["co-a", "co-b"].map((id) => ({ id, version: "1", url: "http://a" }));
    if (first === undefined || next === undefined) throw new Error("two controllers");
    await store.beat(first, SILENT_MS);
    await clock.advance(60_000);
    const told = { now: clock.now(), silentMs: 60_000 };
    for (let times = 0; times < 2; times += 1) {
      expect(await store.beat(next, SILENT_MS, () => false)).toEqual(told);
    }
    expect((await store.listControllers()).map(({ id }) => id)).toEqual(["co-a"]);
    expect((await store.getDrone("dr-one"))?.connected).toBe(true);
    expect(await store.beat(next, SILENT_MS, ({ silentMs }) => silentMs === 60_000)).toEqual(told);
    expect((await store.beat(first, SILENT_MS)).silentMs).toBe(0);
  });

  test("the drones of a controller that has fallen silent are nobody's", async () => {
    const { store, clock } = await opened(openStore);
    const other = { id: "co-b", version: "1", url: "http://b" };
    await store.beat({ id: "co-a", version: "1", url: "http://a" }, SILENT_MS);
    await store.beat(other, SILENT_MS);
    expect((await store.getDrone("dr-one"))?.connected).toBe(true);
    await clock.advance(SILENT_MS);
    await store.beat(other, SILENT_MS);
    expect((await store.getDrone("dr-one"))?.connected).toBe(false);
  });

  test("what a clock wrote that was set back since does not count as fresh", async () => {
    const { store, clock } = await opened(openStore);
    const [gone, alive] = ["co-gone", "co-alive"].map((id) => ({
      id,
      version: "1",
      url: "http://a",
    }));
    if (gone === undefined || alive === undefined) throw new Error("two controllers");
    await store.beat(gone, SILENT_MS);
    await clock.advance(-60_000);
    expect((await store.beat(alive, SILENT_MS)).silentMs).toBe(-60_000);
    await clock.advance(SILENT_MS);
    expect((await store.beat(alive, SILENT_MS)).silentMs).toBe(SILENT_MS);
    const ages = (await store.listControllers()).map(({ heartbeatAgeMs }) => heartbeatAgeMs);
    expect(ages.sort()).toEqual([0, SILENT_MS]);
  });

  test("rows of what ended long ago go, with their keys; others stay", async () => {
    const { store, clock, report } = await opened(openStore);
    const [old, recent, live] = [
      await spawned(store, { name: "old" }),
      await spawned(store, { name: "recent" }),
      await spawned(store, { name: "live" }),
    ];
    const token = newConnectionToken();
    await store.admit(old, { token, secret: "s", user: null, auth: {}, ttlMs: 1e12 });
    await report(old, { status: "terminated", reason: "exited" });
    const fencingToken = (await store.getBackend(old))?.fencingToken ?? 0;
    const keepMs = 7 * 86_400_000;
    await clock.advance(keepMs);
    await report(recent, { status: "terminated", reason: "exited" });
    await store.tidy(keepMs);
    expect(await store.getBackend(old)).toBeDefined();
    await clock.advance(1);
    await store.tidy(keepMs);
    expect(await store.getBackend(old)).toBeUndefined();
    expect(await store.timeline(old)).toEqual([]);
    for (const id of [recent, live]) expect(await store.getBackend(id)).toBeDefined();
    const again = await spawned(store, { name: "old" });
    expect((await store.getBackend(again))?.fencingToken).toBeGreaterThan(fencingToken);
  });

  test("a drone that is gone for as long as what has ended is forgotten, unless something of it is left", async () => {
    const { store, clock } = await opened(openStore);
    const keepMs = 7 * 86_400_000;
    const names = ["dr-gone", "dr-drained", "dr-back", "dr-leased"];
    for (const name of names) await readyDrone(store, name, { expiryMs: 1_000 });
    await store.drain("dr-drained", null);
    await spawned(store, { drone: "dr-two" });
    for (const name of [...names, "dr-two"]) await store.detachDrone(name, name);
    await clock.advance(2_000);
    await store.fenceLapsed(clock.now());
    await readyDrone(store, "dr-leased");
    await store.detachDrone("dr-leased", "dr-leased");
    const known = async () => (await store.listDrones()).map(({ name }) => name);
    await clock.advance(keepMs - 2_000);
    await store.tidy(keepMs);
    expect(await known()).toEqual([
      "dr-back",
      "dr-drained",
      "dr-gone",
      "dr-leased",
      "dr-one",
      "dr-two",
    ]);
    await readyDrone(store, "dr-back");
    await clock.advance(10_000);
    await store.tidy(keepMs);
    // Two are connected; the others have a lease, or a backend.
    expect(await known()).toEqual(["dr-back", "dr-leased", "dr-one", "dr-two"]);
    await readyDrone(store, "dr-gone");
    expect(await store.getDrone("dr-gone")).toMatchObject({ draining: false, liveBackends: 0 });
  });

  test("it is known which drones have something pending", async () => {
    const { store } = await opened(openStore);
    await spawned(store, { drone: "dr-two" });
    expect(await store.dronesWithActions(["dr-one", "dr-two"])).toEqual(["dr-two"]);
    expect(await store.dronesWithActions(["dr-one"])).toEqual([]);
    expect(await store.dronesWithActions([])).toEqual([]);
  });
}
