import { expect, test } from "vitest";
import { aPlan, type OpenStore, opened, spawned } from "./a-store.ts";

export function keysConformance(openStore: OpenStore): void {
  test("of many that claim one key at once, one spawns and all others see it held", async () => {
    const { store } = await opened(openStore);
    const plans = Array.from({ length: 20 }, () => aPlan({ name: "doc" }));
    const outcomes = await Promise.all(plans.map((plan) => store.spawn(plan)));
    expect(outcomes.filter(({ kind }) => kind === "spawned")).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === "key-held")).toHaveLength(19);
    const holder = await store.findKeyHolder({ namespace: "", name: "doc" });
    const winner = plans[outcomes.findIndex(({ kind }) => kind === "spawned")];
    expect(holder?.id).toBe(winner?.spec.backend_id);
    expect((await store.listBackends({ limit: 100 })).backends).toHaveLength(1);
  });

  test("the same name in another namespace is another key", async () => {
    const { store } = await opened(openStore);
    await spawned(store, { name: "doc" });
    const plan = aPlan({ name: "doc" });
    plan.spec.key.namespace = "other";
    expect((await store.spawn(plan)).kind).toBe("spawned");
  });

  test("the fencing token of a key grows with each backend, even if the clock is set back", async () => {
    const { store, report } = await opened(openStore);
    const tokens: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const id = await spawned(store, { name: "doc" });
      tokens.push((await store.getBackend(id))?.fencingToken ?? 0);
      await report(id, { status: "terminated", reason: "external" });
    }
    expect(tokens[0]).toBeGreaterThan(0);
    expect(tokens).toEqual([...new Set(tokens)].sort((a, b) => a - b));
  });

  test("the spawn action carries the fencing token that the claim gave", async () => {
    const { store } = await opened(openStore);
    const id = await spawned(store);
    const [message] = await store.pendingActions("dr-one");
    const { fencingToken } = (await store.getBackend(id)) ?? {};
    expect(message?.action).toMatchObject({
      type: "spawn",
      spec: { backend_id: id, fencing_token: fencingToken, env: { PASSWORD: "planted-secret" } },
    });
  });

  test("a live backend's subdomain is refused to another and free after its end", async () => {
    const { store, report } = await opened(openStore);
    const id = await spawned(store, { subdomain: "room" });
    expect((await store.spawn(aPlan({ subdomain: "room" }))).kind).toBe("subdomain-taken");
    expect((await store.spawn(aPlan({ subdomain: "room", cluster: "b:80" }))).kind).toBe("spawned");
    await report(id, { status: "terminated", reason: "exited" });
    expect((await store.spawn(aPlan({ subdomain: "room" }))).kind).toBe("spawned");
  });

  test("a refused spawn leaves nothing behind", async () => {
    const { store } = await opened(openStore);
    await spawned(store, { subdomain: "room" });
    const loser = aPlan({ subdomain: "room", name: "free" });
    await store.spawn(loser);
    expect(await store.findKeyHolder({ namespace: "", name: "free" })).toBeUndefined();
    expect(await store.pendingActions("dr-one")).toHaveLength(1);
    expect(await store.getBackend(loser.spec.backend_id)).toBeUndefined();
  });
}
