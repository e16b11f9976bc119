import { expect, test } from "vitest";
import { newConnectionToken } from "../../../src/protocol/ids.ts";
import { type OpenStore, opened, spawned } from "./a-store.ts";

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

  test("a drone that has not been heard of for days and has nothing is forgotten, unless it drains", async () => {
    const { store, clock, report } = await opened(openStore);
    const kept = { namespace: "", name: "kept" };
    const id = await spawned(store, { ...kept, drone: "dr-one" });
    await store.drain("dr-two", null);
    const names = async () => (await store.listDrones()).map(({ name }) => name);
    await store.beat({ id: "co-b", version: "1", url: "http://b" }, SILENT_MS);
    const before = await names();
    await clock.advance(2 * 86_400_000);
    await store.beat({ id: "co-b", version: "1", url: "http://b" }, SILENT_MS);
    await store.tidy(0);
    expect(await names()).toEqual(before);
    await report(id, { status: "terminated", reason: "exited" });
    await store.tidy(0);
    expect(await names()).toEqual(before);
    await store.fenceLapsed(Number.MAX_SAFE_INTEGER);
    await store.tidy(0);
    expect(await names()).toEqual(before.filter((name) => name !== "dr-one"));
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

  test("it is known which drones have something pending", async () => {
    const { store } = await opened(openStore);
    await spawned(store, { drone: "dr-two" });
    expect(await store.dronesWithActions(["dr-one", "dr-two"])).toEqual(["dr-two"]);
    expect(await store.dronesWithActions(["dr-one"])).toEqual([]);
    expect(await store.dronesWithActions([])).toEqual([]);
  });
}
