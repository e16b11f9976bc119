import { expect, test } from "vitest";
import { newBackendId } from "../../../src/protocol/ids.ts";
import { ADDRESS, type OpenStore, opened, spawned } from "./a-store.ts";

export function reportsConformance(openStore: OpenStore): void {
  test("reports move a backend forward only, and each state keeps its time", async () => {
    const { store, report, clock } = await opened(openStore);
    const id = await spawned(store);
    const start = clock.now();
    await clock.advance(100);
    expect(await report(id, { status: "loading" })).toBe(true);
    await clock.advance(50);
    expect(await report(id, { status: "ready", address: ADDRESS, first_answer_ms: 7 })).toBe(true);
    expect(await report(id, { status: "starting" })).toBe(false);
    expect(await report(id, { status: "ready", address: ADDRESS, first_answer_ms: 7 })).toBe(false);
    const timeline = await store.timeline(id);
    expect(timeline.map(({ status, at }) => [status, at - start])).toEqual([
      ["scheduled", 0],
      ["loading", 100],
      ["ready", 150],
    ]);
    expect((await store.getBackend(id))?.state).toMatchObject({
      status: "ready",
      address: ADDRESS,
    });
  });

  test("a ready backend that has moved has its new address, and no second ready in its timeline", async () => {
    const { store, report, changes } = await opened(openStore);
    const id = await spawned(store);
    await report(id, { status: "ready", address: ADDRESS });
    changes.length = 0;
    const moved = { host: "10.0.0.9", port: 8080 };
    expect(await report(id, { status: "ready", address: moved })).toBe(true);
    expect(changes).toEqual([{ kind: "backend", id }]);
    expect((await store.getBackend(id))?.state).toMatchObject({ address: moved });
    expect(await store.timeline(id)).toHaveLength(2);
    expect(await report(id, { status: "ready", address: ADDRESS }, 0, "dr-two")).toBe(false);
  });

  test("a report that was delayed keeps the time of what it tells, never before the state it follows", async () => {
    const { store, report, clock } = await opened(openStore);
    const id = await spawned(store);
    const start = clock.now();
    await clock.advance(1_000);
    await report(id, { status: "loading" }, 400);
    await report(id, { status: "starting" }, 90_000);
    const times = (await store.timeline(id)).map(({ at }) => at - start);
    expect(times).toEqual([0, 600, 600]);
  });

  test("a drone's report on another drone's backend changes nothing", async () => {
    const { store, report } = await opened(openStore);
    const id = await spawned(store);
    const ended = { status: "terminated", reason: "exited" } as const;
    expect(await report(id, ended, 0, "dr-two")).toBe(false);
    expect((await store.getBackend(id))?.state.status).toBe("scheduled");
  });

  test("an ended backend frees its key, and nothing is asked of it any more", async () => {
    const { store, report } = await opened(openStore);
    const id = await spawned(store, { name: "doc" });
    await report(id, { status: "terminated", reason: "exited", exit_code: 3 });
    expect(await store.findKeyHolder({ namespace: "", name: "doc" })).toBeUndefined();
    expect(await store.pendingActions("dr-one")).toEqual([]);
    await store.terminate({ id, kind: "soft", reason: "external", graceSeconds: null });
    expect(await store.pendingActions("dr-one")).toEqual([]);
  });

  test("an action is pending until its own drone acknowledges it", async () => {
    const { store } = await opened(openStore);
    const id = await spawned(store);
    const [spawn] = await store.pendingActions("dr-one");
    if (spawn === undefined) throw new Error("no spawn action");
    await store.ackAction("dr-two", spawn.action_id);
    expect(await store.pendingActions("dr-one")).toHaveLength(1);
    await store.ackAction("dr-one", spawn.action_id);
    expect(await store.pendingActions("dr-one")).toEqual([]);
    await store.terminate({ id, kind: "soft", reason: "external", graceSeconds: 3 });
    await store.terminate({ id, kind: "soft", reason: "swept", graceSeconds: 9 });
    expect((await store.pendingActions("dr-one")).map(({ action }) => action)).toEqual([
      { type: "terminate", backend_id: id, kind: "soft", reason: "external", grace_seconds: 3 },
    ]);
  });

  test("a hard end can follow a soft one", async () => {
    const { store } = await opened(openStore);
    const id = await spawned(store);
    await store.terminate({ id, kind: "soft", reason: "external", graceSeconds: null });
    await store.terminate({ id, kind: "hard", reason: "external", graceSeconds: null });
    const actions = (await store.pendingActions("dr-one")).map(({ action }) => action.type);
    expect(actions).toEqual(["spawn", "terminate", "terminate"]);
  });

  test("what a drone has lost is terminated, what is not its own is disowned, what is on its way stays", async () => {
    const { store, report } = await opened(openStore);
    const [kept, lost, onItsWay, ended] = [
      await spawned(store),
      await spawned(store),
      await spawned(store),
      await spawned(store),
    ];
    for (const { action_id, action } of await store.pendingActions("dr-one")) {
      if (action.type === "spawn" && action.spec.backend_id !== onItsWay) {
        await store.ackAction("dr-one", action_id);
      }
    }
    for (const id of [kept, lost]) await report(id, { status: "starting" });
    await report(ended, { status: "terminated", reason: "exited" });
    const stranger = newBackendId();
    expect(await store.reconcile("dr-one", "dr-one", [kept, ended, stranger])).toEqual([
      ended,
      stranger,
    ]);
    expect((await store.getBackend(lost))?.state).toEqual({ status: "terminated", reason: "lost" });
    expect((await store.getBackend(kept))?.state.status).toBe("starting");
    expect((await store.getBackend(onItsWay))?.state.status).toBe("scheduled");
  });

  test("progress is kept while loading and gone afterwards", async () => {
    const { store, report, changes } = await opened(openStore);
    const id = await spawned(store);
    await store.setProgress("dr-one", id, { percent: 10, text: "too early" });
    await report(id, { status: "loading" });
    changes.length = 0;
    await store.setProgress("dr-one", id, { percent: 40, text: "pulling" });
    expect(changes).toEqual([{ kind: "progress", id }]);
    expect((await store.getBackend(id))?.progress).toEqual({ percent: 40, text: "pulling" });
    await report(id, { status: "starting" });
    expect((await store.getBackend(id))?.progress).toBeNull();
  });

  test("a spawn that was begun leaves none of its secrets in the database", async () => {
    const { store, report } = await opened(openStore);
    const id = await spawned(store);
    await report(id, { status: "starting" });
    const everything = JSON.stringify([
      await store.listBackends({ limit: 10 }),
      await store.pendingActions("dr-one"),
    ]);
    expect(everything).not.toContain("planted-secret");
  });

  test("the end of what a drone still has is asked for again, since its journal may be gone", async () => {
    const { store, changes } = await opened(openStore);
    const id = await spawned(store);
    await store.terminate({ id, kind: "hard", reason: "external", graceSeconds: null });
    for (const { action_id } of await store.pendingActions("dr-one")) {
      await store.ackAction("dr-one", action_id);
    }
    expect(await store.pendingActions("dr-one")).toEqual([]);
    changes.length = 0;
    await store.reconcile("dr-one", "dr-one", [id]);
    const asked = (await store.pendingActions("dr-one")).map(({ action }) => action);
    expect(asked).toEqual([
      { type: "terminate", backend_id: id, kind: "hard", reason: "external" },
    ]);
    expect(changes).toContainEqual({ kind: "actions", drone: "dr-one" });
  });
}
