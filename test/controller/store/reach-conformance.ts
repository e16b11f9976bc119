import { expect, test } from "vitest";
import { type BackendId, newConnectionToken, newStaticToken } from "../../../src/protocol/ids.ts";
import { aHealth } from "../a-health.ts";
import { ADDRESS, aPlan, CLUSTER, type OpenStore, opened, readyDrone, spawned } from "./a-store.ts";

export function reachConformance(openStore: OpenStore): void {
  test("an ending backend admits nobody", async () => {
    const { store, report } = await opened(openStore);
    const id = await spawned(store);
    await report(id, { status: "terminating", reason: "external" });
    expect(await store.admit(id, null)).toBeUndefined();
  });

  test("a token leads to its backend until it expires", async () => {
    const { store, clock } = await opened(openStore);
    const token = newConnectionToken();
    const id = await spawned(store);
    const granted = { token, secret: "s", user: "ada", auth: { role: "x" }, ttlMs: 1_000 };
    expect(await store.admit(id, granted)).toEqual({ expiresAt: clock.now() + 1_000 });
    const find = () => store.resolveRoute({ cluster: CLUSTER, label: null, token });
    expect((await find()).byToken).toMatchObject({
      backend: { id },
      grant: { kind: "connection", user: "ada", auth: { role: "x" }, secret: "s" },
    });
    const elsewhere = await store.resolveRoute({ cluster: "other:1", label: id, token });
    expect(elsewhere).toEqual({ byLabel: undefined, byToken: undefined });
    await clock.advance(1_000);
    expect((await find()).byToken).toBeUndefined();
  });

  test("a static token leads to its backend, and a subdomain to its live one", async () => {
    const { store, report } = await opened(openStore);
    const token = newStaticToken();
    const plan = aPlan({ subdomain: "room" });
    plan.spec.static_token = token;
    await store.spawn(plan);
    const { byToken, byLabel } = await store.resolveRoute({
      cluster: CLUSTER,
      label: "room",
      token,
    });
    expect(byToken).toMatchObject({
      backend: { id: plan.spec.backend_id },
      grant: { kind: "static" },
    });
    expect(byLabel?.id).toBe(plan.spec.backend_id);
    await report(plan.spec.backend_id, { status: "terminated", reason: "exited" });
    const next = await spawned(store, { subdomain: "room" });
    const after = await store.resolveRoute({ cluster: CLUSTER, label: "room", token: null });
    expect(after.byLabel?.id).toBe(next);
  });

  test("a cursor neither loses nor repeats, even among backends of one millisecond", async () => {
    const { store, clock } = await opened(openStore);
    const ids: BackendId[] = [];
    for (const pauseMs of [0, 0, 0, 1, 0, 0, 1]) {
      await clock.advance(pauseMs);
      ids.push(await spawned(store));
    }
    const seen: BackendId[] = [];
    let cursor: string | null = null;
    do {
      const page = await store.listBackends({ limit: 2, ...(cursor === null ? {} : { cursor }) });
      seen.push(...page.backends.map(({ id }) => id));
      cursor = page.next;
    } while (cursor !== null);
    expect([...seen].sort()).toEqual([...ids].sort());
    expect(seen[0]).toBe(ids.at(-1));
  });

  test("a list is filtered by label and status", async () => {
    const { store, report } = await opened(openStore);
    const blue = await spawned(store, { labels: { "team/name": "blue" } });
    await spawned(store, { labels: { "team/name": "red" } });
    const list = async (filter: object) =>
      (await store.listBackends({ limit: 10, ...filter })).backends.map(({ id }) => id);
    expect(await list({ labels: { "team/name": "blue" } })).toEqual([blue]);
    expect(await list({ statuses: ["terminated"] })).toEqual([]);
    await report(blue, { status: "terminated", reason: "exited" });
    expect(await list({ statuses: ["terminated"] })).toEqual([blue]);
  });

  test("a drone's load, promises and silence are counted", async () => {
    const { store, clock, report } = await opened(openStore);
    await readyDrone(store, "dr-three");
    const gone = await spawned(store, { drone: "dr-three" });
    await spawned(store, { drone: "dr-three" });
    await spawned(store, { drone: "dr-three" });
    await report(gone, { status: "terminated", reason: "exited" }, 0, "dr-three");
    await clock.advance(7_000);
    expect(await store.getDrone("dr-three")).toMatchObject({
      heartbeatAgeMs: 7_000,
      connected: true,
      liveBackends: 2,
      promised: { cpus: 1, memoryBytes: 128 * 1_048_576 },
      health: aHealth({ cpus: 64 }),
    });
    await store.detachDrone("dr-three", "another-session");
    expect((await store.getDrone("dr-three"))?.connected).toBe(true);
    await store.detachDrone("dr-three", "dr-three");
    expect((await store.getDrone("dr-three"))?.connected).toBe(false);
  });

  test("a drone's name is kept for its machine until that has been silent too long", async () => {
    const { store, clock } = await opened(openStore);
    const about = { name: "dr-new", cluster: CLUSTER, pool: "", version: "1", maxBackends: null };
    const attach = (identity: string) =>
      store.attachDrone({ ...about, identity, session: identity, controller: "co-a" }, 45_000);
    const beat = () => store.recordHeartbeat("dr-new", aHealth(), { clock: "boot", ms: 1 });
    expect(await attach("machine-a")).toBe(true);
    await beat();
    expect(await attach("machine-b")).toBe(false);
    expect(await attach("machine-a")).toBe(true);
    await clock.advance(45_001);
    expect(await attach("machine-b")).toBe(true);
    await beat();
    expect(await attach("machine-a")).toBe(false);
  });

  test("a backend whose end was asked for admits nobody, though its drone has not got to it", async () => {
    const { store, report } = await opened(openStore);
    const id = await spawned(store);
    await report(id, { status: "ready", address: ADDRESS });
    expect(await store.admit(id, null)).toBeDefined();
    await store.terminate({ id, kind: "soft", reason: "external", graceSeconds: null });
    expect(await store.admit(id, null)).toBeUndefined();
  });

  test("expired tokens are forgotten, others are not", async () => {
    const { store, clock } = await opened(openStore);
    const id = await spawned(store);
    const [short, long] = [newConnectionToken(), newConnectionToken()];
    const grant = { secret: "s", user: null, auth: {} };
    await store.admit(id, { ...grant, token: short, ttlMs: 1_000 });
    await store.admit(id, { ...grant, token: long, ttlMs: 9_000 });
    await clock.advance(2_000);
    await store.tidy(1_000_000);
    const find = (token: string) => store.resolveRoute({ cluster: CLUSTER, label: null, token });
    expect((await find(short)).byToken).toBeUndefined();
    expect((await find(long)).byToken?.backend.id).toBe(id);
  });
}
