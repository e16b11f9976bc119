import { expect, test } from "vitest";
import type { Actor, NewApiKey } from "../../../controller/store/access-store.ts";
import type { Store } from "../../../controller/store/store.ts";
import { aPlan, type OpenStore, opened, spawned } from "./a-store.ts";

const BY: Actor = { keyId: "ak_boss", keyName: "boss", address: "192.0.2.7" };

function aKey(id: string, fields: Partial<NewApiKey> = {}): NewApiKey {
  const limits = { namespace: null, rateLimit: null, ttlMs: null };
  return {
    id,
    hash: `hash-of-${id}`,
    name: `name of ${id}`,
    scopes: ["read"],
    ...limits,
    ...fields,
  };
}

async function actions(store: Store): Promise<string[]> {
  const { entries } = await store.listAudit({ limit: 100 });
  return entries.map(({ action, target }) => `${action} ${target}`);
}

export function accessConformance(openStore: OpenStore): void {
  test("a key is found by its hash with all that it may do, until it expires", async () => {
    const { store, clock } = await opened(openStore);
    const rateLimit = { requests_per_second: 0.5, burst: 3 };
    const fields = { scopes: ["read", "connect"] as const, namespace: "n", rateLimit };
    const made = await store.createApiKey(aKey("ak_a", { ...fields, ttlMs: 1_000 }));
    expect(made).toMatchObject({ ...fields, name: "name of ak_a", lastUsedAt: null });
    expect(made.expiresAt).toBe(clock.now() + 1_000);
    expect(await store.findApiKey("hash-of-ak_a")).toEqual({
      ...fields,
      id: "ak_a",
      name: "name of ak_a",
      expiresInMs: 1_000,
    });
    await clock.advance(1_000);
    expect(await store.findApiKey("hash-of-ak_a")).toBeUndefined();
    expect(await store.listApiKeys()).toHaveLength(1);
    expect(await store.findApiKey("hash of nobody")).toBeUndefined();
  });

  test("a revoked key is not good, not listed, and not brought back by its file", async () => {
    const { store, changes } = await opened(openStore);
    const first = { id: "first-admin-1", hash: "h1", scope: "admin" } as const;
    await store.insertApiKey(first);
    expect(await store.findApiKey("h1")).toMatchObject({ scopes: ["admin"], expiresInMs: null });
    expect(await store.revokeApiKey(first.id, true)).toBe("revoked");
    expect(changes).toContainEqual({ kind: "api-key", id: first.id });
    await store.insertApiKey(first);
    expect(await store.findApiKey("h1")).toBeUndefined();
    expect(await store.listApiKeys()).toEqual([]);
    expect(await store.revokeApiKey(first.id, true)).toBe("not-found");
  });

  test("the last key that may make others goes only by force, also when two go at once", async () => {
    const { store } = await opened(openStore);
    const ids = ["ak_a", "ak_b"];
    for (const id of ids) await store.createApiKey(aKey(id, { scopes: ["admin"] }));
    await store.createApiKey(aKey("ak_c", { scopes: ["admin"], namespace: "n" }));
    await store.createApiKey(aKey("ak_d", { scopes: ["admin"], ttlMs: 1_000 }));
    const outcomes = await Promise.all(ids.map((id) => store.revokeApiKey(id, false)));
    expect(outcomes.sort()).toEqual(["last-admin-key", "revoked"]);
    expect(await store.revokeApiKey("ak_c", false)).toBe("revoked");
    const [last] = (await store.listApiKeys()).filter(({ id }) => ids.includes(id));
    expect(await store.revokeApiKey(last?.id ?? "", true)).toBe("revoked");
  });

  test("a session is good for as long as it and its key are", async () => {
    const { store, clock, changes } = await opened(openStore);
    for (const id of ["ak_a", "ak_b"]) await store.createApiKey(aKey(id));
    const open = (hash: string, keyId: string) => store.openSession({ hash, keyId, ttlMs: 5_000 });
    for (const [hash, keyId] of [
      ["s1", "ak_a"],
      ["s2", "ak_a"],
      ["s3", "ak_b"],
    ] as const) {
      expect(await open(hash, keyId)).toEqual({ expiresAt: clock.now() + 5_000 });
    }
    expect(await store.findSession("s1")).toMatchObject({
      key: { id: "ak_a" },
      expiresInMs: 5_000,
    });
    expect(await store.closeSession("s1")).toBe(true);
    expect(await store.closeSession("s1")).toBe(false);
    expect(changes.filter(({ kind }) => kind === "api-key")).toHaveLength(1);
    await store.revokeApiKey("ak_a", false);
    const asked = { keyIds: ["ak_a", "ak_b"], sessionHashes: ["s1", "s2", "s3"] };
    expect(await store.stillGood(asked)).toEqual({ keyIds: ["ak_b"], sessionHashes: ["s3"] });
    expect(await open("s4", "ak_a")).toBeUndefined();
    await clock.advance(5_000);
    expect(await store.findSession("s3")).toBeUndefined();
    expect(await store.stillGood(asked)).toEqual({ keyIds: ["ak_b"], sessionHashes: [] });
  });

  test("when a key was last used is written down for those that were", async () => {
    const { store, clock } = await opened(openStore);
    for (const id of ["ak_a", "ak_b"]) await store.createApiKey(aKey(id));
    await clock.advance(10);
    await store.touchApiKeys(["ak_b"]);
    await store.touchApiKeys([]);
    const used = (await store.listApiKeys()).map(({ id, lastUsedAt }) => [id, lastUsedAt]);
    expect(used).toEqual([
      ["ak_a", null],
      ["ak_b", clock.now()],
    ]);
  });

  test("what somebody did is in the trail, newest first; what changed nothing is not", async () => {
    const { store } = await opened(openStore);
    const id = await spawned(store);
    expect(await actions(store)).toEqual([]);
    await store.createApiKey(aKey("ak_a", { namespace: "n" }), BY);
    await store.openSession({ hash: "s", keyId: "ak_a", ttlMs: 1_000 }, BY);
    await store.closeSession("s", BY);
    await store.revokeApiKey("ak_a", false, BY);
    await store.drain("dr-one", 2_000, BY);
    await store.undrain("dr-none", BY);
    const soft = { id, kind: "soft", reason: "external", graceSeconds: 3 } as const;
    for (let times = 0; times < 2; times += 1) {
      await store.preventRenew(id, BY);
      await store.terminate(soft, BY);
    }
    expect(await actions(store)).toEqual([
      `backend.terminate ${id}`,
      `backend.prevent-renew ${id}`,
      "drone.drain dr-one",
      "api-key.revoke ak_a",
      "session.close ak_a",
      "session.open ak_a",
      "api-key.create ak_a",
    ]);
    const { entries } = await store.listAudit({ limit: 1 });
    expect(entries).toEqual([
      expect.objectContaining({
        ...BY,
        namespace: "",
        details: { kind: "soft", grace_seconds: 3 },
      }),
    ]);
  });

  test("a spawn is in the trail if it was one, and not if it was refused", async () => {
    const { store } = await opened(openStore);
    const plan = aPlan({ name: "doc" });
    await store.spawn(plan, BY);
    await store.spawn(aPlan({ name: "doc" }), BY);
    const { entries } = await store.listAudit({ limit: 10 });
    expect(entries).toMatchObject([
      { action: "backend.spawn", target: plan.spec.backend_id, details: { key: "doc" } },
    ]);
    expect(JSON.stringify(entries)).not.toContain("planted-secret");
  });

  test("the trail is read page by page, by who, what, on what and since when", async () => {
    const { store, clock } = await opened(openStore);
    for (const id of ["ak_a", "ak_b", "ak_c"]) {
      await store.createApiKey(aKey(id), { ...BY, keyId: id === "ak_b" ? "ak_x" : BY.keyId });
      await clock.advance(1_000);
    }
    const targets = async (filter: object) => {
      const { entries, next } = await store.listAudit({ limit: 2, ...filter });
      return { targets: entries.map(({ target }) => target), next };
    };
    const first = await targets({});
    expect(first).toEqual({ targets: ["ak_c", "ak_b"], next: expect.any(String) });
    expect(await targets({ cursor: first.next })).toEqual({ targets: ["ak_a"], next: null });
    expect((await targets({ keyId: "ak_x" })).targets).toEqual(["ak_b"]);
    expect((await targets({ target: "ak_a" })).targets).toEqual(["ak_a"]);
    expect((await targets({ action: "api-key.revoke" })).targets).toEqual([]);
    expect((await targets({ since: clock.now() - 1_000 })).targets).toEqual(["ak_c"]);
    await store.tidy(1_000, 1_500);
    expect((await targets({ limit: 10 })).targets).toEqual(["ak_c"]);
  });

  test("keys that ended long ago are forgotten, but those of first starts", async () => {
    const { store, clock } = await opened(openStore);
    await store.insertApiKey({ id: "first-admin-1", hash: "h1", scope: "admin" });
    await store.createApiKey(aKey("ak_a"));
    await store.createApiKey(aKey("ak_b", { ttlMs: 1_000 }));
    for (const id of ["first-admin-1", "ak_a"]) await store.revokeApiKey(id, true);
    await clock.advance(29 * 86_400_000);
    await store.tidy(1_000);
    expect((await store.listApiKeys()).map(({ id }) => id)).toEqual(["ak_b"]);
    await clock.advance(2 * 86_400_000);
    await store.tidy(1_000);
    expect(await store.listApiKeys()).toEqual([]);
    // The id is free again only where the row is gone.
    await store.createApiKey(aKey("ak_a", { hash: "another" }));
    await store.insertApiKey({ id: "first-admin-1", hash: "h1", scope: "admin" });
    expect(await store.findApiKey("h1")).toBeUndefined();
  });
}
