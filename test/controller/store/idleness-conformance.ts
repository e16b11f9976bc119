import { expect, test } from "vitest";
import { ADDRESS, type OpenStore, opened, spawned } from "./a-store.ts";

export function idlenessConformance(openStore: OpenStore): void {
  test("an idle backend is asked to end once, from its readiness on", async () => {
    const { store, report, clock } = await opened(openStore);
    const id = await spawned(store, { maxIdleMs: 5_000 });
    await clock.advance(60_000);
    expect(await store.sweep(45_000)).toEqual([]);
    await report(id, { status: "ready", address: ADDRESS });
    await clock.advance(5_000);
    expect(await store.sweep(45_000)).toEqual([]);
    await clock.advance(1);
    expect(await store.sweep(45_000)).toEqual([id]);
    expect(await store.sweep(45_000)).toEqual([]);
    const [end, ...more] = await store.pendingActions("dr-one");
    expect(more).toEqual([]);
    expect(end?.action).toMatchObject({ type: "terminate", kind: "soft", reason: "swept" });
  });

  test("an open connection holds a backend up until it closes or its proxy is silent too long", async () => {
    const { store, report, clock } = await opened(openStore);
    const id = await spawned(store, { maxIdleMs: 1_000 });
    await report(id, { status: "ready", address: ADDRESS });
    expect(await store.recordActivity("px-one", [{ id, open: 2, idleMs: 0 }], false)).toBe(false);
    expect(await store.recordActivity("px-one", [{ id, open: 2, idleMs: 0 }], true)).toBe(true);
    expect(await store.openConnections(id)).toBe(2);
    await clock.advance(10_000);
    expect(await store.sweep(45_000)).toEqual([]);
    await store.recordActivity("px-one", [{ id, open: 0, idleMs: 0 }], false);
    expect(await store.sweep(45_000)).toEqual([]);
    await clock.advance(1_001);
    expect(await store.sweep(45_000)).toEqual([id]);

    const orphan = await spawned(store, { maxIdleMs: 1_000 });
    await report(orphan, { status: "ready", address: ADDRESS });
    await store.recordActivity("px-one", [{ id: orphan, open: 1, idleMs: 0 }], false);
    await clock.advance(44_000);
    expect(await store.sweep(45_000)).toEqual([]);
    await clock.advance(1_001);
    expect(await store.sweep(45_000)).toEqual([orphan]);
  });

  test("a complete activity report voids what the proxy told before", async () => {
    const { store, report } = await opened(openStore);
    const [one, two] = [await spawned(store), await spawned(store)];
    for (const id of [one, two]) await report(id, { status: "ready", address: ADDRESS });
    await store.recordActivity("px-one", [{ id: one, open: 1, idleMs: 0 }], true);
    await store.recordActivity("px-two", [{ id: one, open: 1, idleMs: 0 }], true);
    await store.recordActivity("px-one", [{ id: two, open: 1, idleMs: 0 }], true);
    expect(await store.openConnections(one)).toBe(1);
    expect(await store.openConnections(two)).toBe(1);
  });

  test("a connect is activity", async () => {
    const { store, report, clock } = await opened(openStore);
    const id = await spawned(store, { maxIdleMs: 1_000 });
    await report(id, { status: "ready", address: ADDRESS });
    for (let times = 0; times < 3; times += 1) {
      await clock.advance(900);
      await store.admit(id, null);
      expect(await store.sweep(45_000)).toEqual([]);
    }
    await clock.advance(1_000);
    expect(await store.sweep(45_000)).toEqual([]);
    await clock.advance(1);
    expect(await store.sweep(45_000)).toEqual([id]);
  });

  test("a lifetime ends a backend whatever happens", async () => {
    const { store, clock } = await opened(openStore);
    const id = await spawned(store, { lifetimeMs: 2_000 });
    await store.recordActivity("px-one", [{ id, open: 1, idleMs: 0 }], true);
    await clock.advance(2_001);
    expect(await store.sweep(45_000)).toEqual([id]);
  });

  test("a clock that was set back keeps an idle backend no longer", async () => {
    const { store, report, clock } = await opened(openStore);
    const id = await spawned(store, { maxIdleMs: 5_000 });
    await report(id, { status: "ready", address: ADDRESS });
    await clock.advance(-3_600_000);
    await store.forgiveOutage(60_000, 3_600_000);
    expect(await store.sweep(45_000)).toEqual([]);
    await clock.advance(5_001);
    expect(await store.sweep(45_000)).toEqual([id]);
  });

  test("an outage of the controller is not idleness", async () => {
    const { store, report, clock } = await opened(openStore);
    const id = await spawned(store, { maxIdleMs: 1_000 });
    await report(id, { status: "ready", address: ADDRESS });
    await clock.advance(3_600_000);
    await store.forgiveOutage(60_000, 0);
    expect(await store.sweep(45_000)).toEqual([]);
    await clock.advance(1_001);
    expect(await store.sweep(45_000)).toEqual([id]);
  });
}
