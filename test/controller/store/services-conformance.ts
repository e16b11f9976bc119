import { expect, test } from "vitest";
import { aPlan, type OpenStore, opened, spawned } from "./a-store.ts";

const BOARD = { account: "acme", name: "board" };
const SPAWN = { image: "reg/board:1", env: { PASSWORD: "planted" }, max_idle_seconds: 60 };
const CREDENTIALS = { username: "u", password: "p" };

export function servicesConformance(openStore: OpenStore): void {
  test("a service is kept with its environments, and made once", async () => {
    const { store, clock } = await opened(openStore);
    const environments = { staging: { image: "reg/board:2" }, eu: { cluster: "eu.example" } };
    expect(await store.createService(BOARD, { spawn: SPAWN, environments })).toBe(true);
    await clock.advance(5);
    expect(await store.createService(BOARD, { spawn: {}, environments: {} })).toBe(false);
    expect(await store.getService(BOARD)).toMatchObject({
      ...BOARD,
      spawn: SPAWN,
      environments: [
        { name: "eu", image: null, cluster: "eu.example", lastSpawnedAt: null },
        { name: "staging", image: "reg/board:2", cluster: null },
      ],
      lastSpawnedAt: null,
    });
    expect(await store.getService({ ...BOARD, account: "other" })).toBeUndefined();
  });

  test("a service that is put anew keeps the secrets that are left out, and nothing else", async () => {
    const { store, clock } = await opened(openStore);
    const spawn = { ...SPAWN, credentials: CREDENTIALS };
    await store.putService(BOARD, { spawn, environments: { staging: {}, eu: {} } });
    const first = await store.getService(BOARD);
    await clock.advance(1_000);
    await store.putService(BOARD, { spawn: { image: "reg/board:3" }, environments: { eu: {} } });
    const second = await store.getService(BOARD);
    expect(second?.spawn).toEqual({
      image: "reg/board:3",
      env: SPAWN.env,
      credentials: CREDENTIALS,
    });
    expect(second?.environments.map(({ name }) => name)).toEqual(["eu"]);
    expect(second?.environments[0]?.createdAt).toBe(first?.environments[0]?.createdAt);
    expect(second?.createdAt).toBe(first?.createdAt);
    await store.putService(BOARD, { spawn: { env: {} }, environments: {} });
    expect((await store.getService(BOARD))?.spawn).toEqual({ env: {}, credentials: CREDENTIALS });
  });

  test("services are listed by account and name, and a deleted one leaves nothing", async () => {
    const { store } = await opened(openStore);
    const wish = { spawn: SPAWN, environments: { staging: {} } };
    for (const name of ["zoo", "board"]) await store.createService({ ...BOARD, name }, wish);
    await store.createService({ account: "aaa", name: "one" }, wish);
    const names = async (account?: string) =>
      (await store.listServices(account)).map((each) => `${each.account}/${each.name}`);
    expect(await names()).toEqual(["aaa/one", "acme/board", "acme/zoo"]);
    expect(await names("acme")).toEqual(["acme/board", "acme/zoo"]);
    expect(await store.deleteService(BOARD)).toBe(true);
    expect(await store.deleteService(BOARD)).toBe(false);
    expect(await names("acme")).toEqual(["acme/zoo"]);
    await store.createService(BOARD, { spawn: {}, environments: {} });
    expect(await store.getService(BOARD)).toMatchObject({ environments: [], images: [] });
  });

  test("an image is set for a service or an environment, and both are remembered", async () => {
    const { store, clock } = await opened(openStore);
    const from = SPAWN.image;
    const set = (environment: string | null, change: { from: string; to: string }) =>
      store.setServiceImage(BOARD, environment, change);
    expect(await set(null, { from, to: "reg/board:2" })).toBe(false);
    await store.createService(BOARD, { spawn: SPAWN, environments: {} });
    await clock.advance(1);
    expect(await set("staging", { from, to: "reg/board:2" })).toBe(true);
    await clock.advance(1);
    expect(await set(null, { from, to: "reg/board:3" })).toBe(true);
    const service = await store.getService(BOARD);
    expect(service?.spawn.image).toBe("reg/board:3");
    expect(service?.environments).toMatchObject([{ name: "staging", image: "reg/board:2" }]);
    expect(service?.images.map(({ image }) => image)).toEqual([
      "reg/board:3",
      "reg/board:2",
      "reg/board:1",
    ]);
  });

  test("an image is set only where the one that it was chosen by is still there", async () => {
    const { store } = await opened(openStore);
    await store.createService(BOARD, { spawn: {}, environments: { eu: {} } });
    const set = (environment: string | null, from: string | undefined, to: string) =>
      store.setServiceImage(BOARD, environment, { from, to });
    expect(await set(null, "else/app:1", "else/app:2")).toBe(false);
    expect(await set("eu", "else/app:1", "else/app:2")).toBe(false);
    expect(await set(null, undefined, "reg/board:1")).toBe(true);
    expect(await set(null, undefined, "reg/board:2")).toBe(false);
    expect(await set("eu", "reg/board:1", "reg/board:3")).toBe(true);
    expect(await set("eu", "reg/board:1", "reg/board:4")).toBe(false);
    const service = await store.getService(BOARD);
    expect(service?.spawn.image).toBe("reg/board:1");
    expect(service?.environments).toMatchObject([{ name: "eu", image: "reg/board:3" }]);
    expect(service?.images).toHaveLength(2);
  });

  test("of the images of a service the latest fifty are remembered", async () => {
    const { store, clock } = await opened(openStore);
    await store.createService(BOARD, { spawn: SPAWN, environments: {} });
    for (let number = 1; number <= 51; number += 1) {
      await clock.advance(1);
      const from = number === 1 ? SPAWN.image : `reg/board:v${number - 1}`;
      await store.setServiceImage(BOARD, null, { from, to: `reg/board:v${number}` });
    }
    const images = (await store.getService(BOARD))?.images ?? [];
    expect(images).toHaveLength(50);
    expect(images.at(0)?.image).toBe("reg/board:v51");
    expect(images.at(-1)?.image).toBe("reg/board:v2");
  });

  test("a spawn is told of by the service and its environment", async () => {
    const { store, clock } = await opened(openStore);
    await store.createService(BOARD, { spawn: SPAWN, environments: { staging: {}, eu: {} } });
    await clock.advance(7);
    await store.recordServiceSpawn(BOARD, "staging");
    const service = await store.getService(BOARD);
    expect(service?.lastSpawnedAt).toBe((service?.createdAt ?? 0) + 7);
    expect(service?.environments).toMatchObject([
      { name: "eu", lastSpawnedAt: null },
      { name: "staging", lastSpawnedAt: service?.lastSpawnedAt },
    ]);
  });

  test("what is done to a service stands in the audit trail", async () => {
    const { store } = await opened(openStore);
    const by = { keyId: "ak_1", keyName: "ci", address: "10.0.0.9" };
    const wish = { spawn: SPAWN, environments: {} };
    await store.createService(BOARD, wish, by);
    await store.createService(BOARD, wish, by);
    await store.putService(BOARD, wish, by);
    const change = { from: SPAWN.image, to: "reg/board:2" };
    await store.setServiceImage(BOARD, "staging", change, by);
    await store.setServiceImage(BOARD, "staging", change, by);
    await store.deleteService(BOARD, by);
    await store.deleteService(BOARD, by);
    const { entries } = await store.listAudit({ limit: 10 });
    expect(entries.map(({ action, details }) => [action, details])).toEqual([
      ["service.delete", {}],
      ["service.update", { image: "reg/board:2", environment: "staging" }],
      ["service.update", {}],
      ["service.create", {}],
    ]);
    expect(entries[0]).toMatchObject({ ...by, target: "acme/board", namespace: "acme/board" });
  });

  test("backends are found below a namespace, whatever its letters", async () => {
    const { store } = await opened(openStore);
    for (const namespace of ["acme", "acme/board", "acme/board/eu", "acme2/board", "a%me/board"]) {
      const key = { name: "doc", namespace, tag: "" };
      await spawned(store, { spec: { ...aPlan().spec, key } });
    }
    const below = async (namespace: string) =>
      (await store.listBackends({ below: namespace, limit: 10 })).backends
        .map(({ key }) => key.namespace)
        .sort();
    expect(await below("acme")).toEqual(["acme", "acme/board", "acme/board/eu"]);
    expect(await below("acme/board")).toEqual(["acme/board", "acme/board/eu"]);
    expect(await below("a%me")).toEqual(["a%me/board"]);
  });
}
