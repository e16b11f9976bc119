import { expect, test } from "vitest";
import { newBackendId } from "../../../src/protocol/ids.ts";
import { ADDRESS, aPlan, type OpenStore, opened, readyDrone, spawned } from "./a-store.ts";

const EXPIRY_MS = 60_000;
const DRONE = "dr-leased";

export function leasesConformance(openStore: OpenStore): void {
  const leased = async () => {
    const scripted = await opened(openStore);
    const { store, report } = scripted;
    await readyDrone(store, DRONE, { expiryMs: EXPIRY_MS });
    return {
      ...scripted,
      /** Begun, so that a lapse ends it. */
      async running(name: string) {
        const id = await spawned(store, { drone: DRONE, name });
        await report(id, { status: "ready", address: ADDRESS }, 0, DRONE);
        return id;
      },
      renew: (...backendIds: Awaited<ReturnType<typeof spawned>>[]) =>
        store.renewLease({ drone: DRONE, session: DRONE, backendIds, expiryMs: EXPIRY_MS }),
      holder: (name: string) => store.findKeyHolder({ namespace: "", name }),
    };
  };

  test("a lease that is renewed in time keeps its keys for ever", async () => {
    const { store, clock, running, renew, holder } = await leased();
    const id = await running("doc");
    for (let round = 0; round < 5; round += 1) {
      await clock.advance(EXPIRY_MS - 1);
      expect(await store.fenceLapsed(clock.now())).toEqual([]);
      expect(await renew(id)).toEqual({ refused: [], disowned: [] });
    }
    expect((await holder("doc"))?.id).toBe(id);
    expect(await store.leaseOf(id)).toEqual({
      expiresAt: clock.now() + EXPIRY_MS,
      renewable: true,
    });
  });

  test("a lapsed lease frees its keys, and the next backend's fencing token is larger", async () => {
    const { store, clock, running, holder, changes } = await leased();
    const id = await running("doc");
    const before = (await store.getBackend(id))?.fencingToken ?? 0;
    await clock.advance(EXPIRY_MS);
    expect(await store.fenceLapsed(clock.now())).toEqual([]);
    await clock.advance(1);
    changes.length = 0;
    expect(await store.fenceLapsed(clock.now())).toEqual([{ drone: DRONE, backendIds: [id] }]);
    expect(changes).toContainEqual({ kind: "backend", id });
    expect(await store.fenceLapsed(clock.now())).toEqual([]);
    expect((await store.getBackend(id))?.state).toEqual({ status: "terminated", reason: "lost" });
    expect(await store.leaseOf(id)).toBeNull();
    expect(await holder("doc")).toBeUndefined();
    const next = await spawned(store, { name: "doc" });
    expect((await store.getBackend(next))?.fencingToken).toBeGreaterThan(before);
    expect(await store.getDrone(DRONE)).toMatchObject({
      leaseExpiresInMs: null,
      liveBackends: 0,
      promised: { cpus: 0, memoryBytes: 0 },
    });
  });

  test("a moment that is not over yet fences nobody, whatever the clock says", async () => {
    const { store, clock, running } = await leased();
    await running("doc");
    const seen = clock.now();
    await clock.advance(10 * EXPIRY_MS);
    expect(await store.fenceLapsed(seen)).toEqual([]);
  });

  test("a lapsed lease is not revived by a drone that asks too late", async () => {
    const { store, clock, running, renew, holder } = await leased();
    const id = await running("doc");
    await clock.advance(EXPIRY_MS + 1);
    expect(await renew(id)).toBe("not-judged-yet");
    expect((await holder("doc"))?.id).toBe(id);
    await store.fenceLapsed(clock.now());
    expect(await renew(id)).toEqual({ refused: [], disowned: [id] });
    expect((await store.getBackend(id))?.state).toEqual({ status: "terminated", reason: "lost" });
    expect(await holder("doc")).toBeUndefined();
    expect((await store.spawn(aPlan({ drone: DRONE, name: "doc" }))).kind).toBe("spawned");
  });

  test("a drone is given nothing without a lease", async () => {
    const { store, clock } = await leased();
    await clock.advance(EXPIRY_MS);
    expect((await store.spawn(aPlan({ drone: DRONE }))).kind).toBe("drone-unfit");
    expect((await store.spawn(aPlan({ drone: "dr-nobody" }))).kind).toBe("drone-unfit");
  });

  test("only the session that stands renews", async () => {
    const { store, running } = await leased();
    const id = await running("doc");
    const request = { drone: DRONE, backendIds: [id], expiryMs: EXPIRY_MS };
    expect(await store.renewLease({ ...request, session: "older" })).toBe("session-over");
    await store.detachDrone(DRONE, DRONE);
    expect(await store.renewLease({ ...request, session: DRONE })).toBe("session-over");
  });

  test("what is not the drone's own is disowned, and not renewed", async () => {
    const { store, running, renew } = await leased();
    const id = await running("doc");
    const others = await spawned(store);
    const stranger = newBackendId();
    expect(await renew(id, others, stranger)).toEqual({
      refused: [],
      disowned: [others, stranger],
    });
  });

  test("a revoked lease keeps its end while its drone's others go on", async () => {
    const { store, clock, running, renew, holder } = await leased();
    const [revoked, other] = [await running("doc"), await running("other")];
    expect(await store.preventRenew(revoked)).toBe(true);
    const { expiresAt } = (await store.leaseOf(revoked)) ?? {};
    expect(await store.admit(revoked, null)).toBeUndefined();
    await clock.advance(30_000);
    expect(await store.preventRenew(revoked)).toBe(true);
    expect(await renew(revoked, other)).toEqual({ refused: [revoked], disowned: [] });
    expect(await store.leaseOf(revoked)).toEqual({ expiresAt, renewable: false });
    await clock.advance(30_001);
    expect(await store.fenceLapsed(clock.now())).toEqual([{ drone: DRONE, backendIds: [revoked] }]);
    expect(await holder("doc")).toBeUndefined();
    expect((await holder("other"))?.id).toBe(other);
    expect(await store.preventRenew(revoked)).toBe(false);
    expect(await store.preventRenew(newBackendId())).toBe(false);
  });

  test("after an outage of the controllers every lease that was not given away goes on", async () => {
    const { store, clock, running, renew, holder } = await leased();
    const id = await running("doc");
    await clock.advance(10 * EXPIRY_MS);
    await store.forgiveOutage(EXPIRY_MS, 0);
    expect(await store.fenceLapsed(clock.now())).toEqual([]);
    expect(await renew(id)).toEqual({ refused: [], disowned: [] });
    expect((await holder("doc"))?.id).toBe(id);
  });

  test("after an outage a revoked lease is not judged early either", async () => {
    const { store, clock, running, holder } = await leased();
    const id = await running("doc");
    await store.preventRenew(id);
    await clock.advance(10 * EXPIRY_MS);
    await store.forgiveOutage(EXPIRY_MS, 0);
    expect(await store.fenceLapsed(clock.now())).toEqual([]);
    expect((await holder("doc"))?.id).toBe(id);
    await clock.advance(EXPIRY_MS + 1);
    expect((await store.fenceLapsed(clock.now())).flatMap((each) => each.backendIds)).toContain(id);
  });

  test("a database clock that was set back keeps no lease for longer", async () => {
    const { store, clock, running } = await leased();
    const id = await running("doc");
    await clock.advance(-10 * EXPIRY_MS);
    await store.forgiveOutage(EXPIRY_MS, 10 * EXPIRY_MS);
    await clock.advance(EXPIRY_MS - 1);
    expect(await store.fenceLapsed(clock.now())).toEqual([]);
    await clock.advance(2);
    expect(await store.fenceLapsed(clock.now())).toEqual([{ drone: DRONE, backendIds: [id] }]);
  });

  test("what has ended already is not fenced again", async () => {
    const { store, clock, running } = await leased();
    const id = await running("doc");
    await store.preventRenew(id);
    await clock.advance(EXPIRY_MS + 1);
    const fenced = await Promise.all([
      store.fenceLapsed(clock.now()),
      store.fenceLapsed(clock.now()),
    ]);
    expect(fenced.flat().flatMap(({ backendIds }) => backendIds)).toEqual([id]);
  });

  test("a shorter lease takes back nothing that was granted", async () => {
    const { store, clock, running } = await leased();
    const id = await running("doc");
    await store.renewLease({ drone: DRONE, session: DRONE, backendIds: [id], expiryMs: 1_000 });
    await clock.advance(EXPIRY_MS - 1);
    expect(await store.fenceLapsed(clock.now())).toEqual([]);
  });

  test("a machine that has another's name waits for that one's lease to lapse", async () => {
    const { store, clock, running } = await leased();
    const id = await running("doc");
    const about = { name: DRONE, session: "new", identity: "another", maxBackends: null };
    const where = { cluster: aPlan().cluster, pool: "", version: "1", controller: "co-a" };
    const takeOver = () => store.attachDrone({ ...about, ...where }, 45_000);
    await clock.advance(EXPIRY_MS - 1);
    expect(await takeOver()).toBe(false);
    await clock.advance(2);
    // Nobody has judged yet whether the clock that says so is right.
    expect(await takeOver()).toBe(false);
    expect(await store.fenceLapsed(clock.now())).toEqual([{ drone: DRONE, backendIds: [id] }]);
    expect((await store.getBackend(id))?.state).toMatchObject({ reason: "lost" });
    expect(await takeOver()).toBe(true);
    expect((await store.spawn(aPlan({ drone: DRONE }))).kind).toBe("drone-unfit");
  });

  test("a drone has no more than it has room for, whoever asks at once", async () => {
    const { store, report } = await opened(openStore);
    await readyDrone(store, "dr-small", { maxBackends: 3 });
    const plans = Array.from({ length: 8 }, () => aPlan({ drone: "dr-small" }));
    const outcomes = await Promise.all(plans.map((plan) => store.spawn(plan)));
    const kinds = outcomes.map(({ kind }) => kind).sort();
    expect(kinds).toEqual([...Array(5).fill("drone-unfit"), ...Array(3).fill("spawned")]);
    const first = plans[outcomes.findIndex(({ kind }) => kind === "spawned")];
    if (first === undefined) throw new Error("none was spawned");
    const ended = { status: "terminated", reason: "exited" } as const;
    await report(first.spec.backend_id, ended, 0, "dr-small");
    expect((await store.spawn(aPlan({ drone: "dr-small" }))).kind).toBe("spawned");
    const huge = aPlan({ drone: "dr-two" });
    huge.spec.resources = { memory_bytes: 1_099_511_627_776 };
    expect((await store.spawn(huge)).kind).toBe("drone-unfit");
  });

  test("a draining drone gets nothing new, and in the end its backends are asked to go", async () => {
    const { store, clock, running } = await leased();
    const id = await running("doc");
    expect(await store.drain("dr-nobody", null)).toBe(false);
    expect(await store.drain(DRONE, 5_000)).toBe(true);
    expect((await store.spawn(aPlan({ drone: DRONE }))).kind).toBe("drone-unfit");
    await clock.advance(5_000);
    expect(await store.sweep(45_000)).toEqual([]);
    expect(await store.idleness(id)).toMatchObject({
      drainEndsAt: clock.now(),
      endAskedAt: null,
    });
    await clock.advance(1);
    expect(await store.sweep(45_000)).toEqual([id]);
    expect(await store.sweep(45_000)).toEqual([]);
    expect((await store.idleness(id))?.endAskedAt).toBe(clock.now());
    const asked = (await store.pendingActions(DRONE)).map(({ action }) => action);
    expect(asked.at(-1)).toMatchObject({ type: "terminate", kind: "soft", reason: "external" });
    expect(await store.undrain(DRONE)).toBe(true);
    expect((await store.spawn(aPlan({ drone: DRONE }))).kind).toBe("spawned");
    expect((await store.idleness(id))?.drainEndsAt).toBeNull();
  });
}
