import { expect, test } from "vitest";
import { type OpenStore, opened } from "./a-store.ts";

const ABOUT = { cluster: "localhost:9090", version: "1.2.3" };
const IDLE = { connections: 0, requests_open: 0, active_backends: 0, requests_per_second: 0 };
const BUSY = {
  connections: 9,
  requests_open: 5,
  active_backends: 2,
  requests_per_second: 1_234.56,
};

export function proxiesConformance(openStore: OpenStore): void {
  test("a proxy is listed with what it said last, and since when it is connected", async () => {
    const { store, clock } = await opened(openStore);
    await store.recordActivity("px-one/a1", [], true, ABOUT);
    await store.recordActivity("px-two/b1", [], true, { ...ABOUT, load: BUSY });
    const [one, two] = await store.listProxies();
    expect(one).toMatchObject({ name: "px-one", ...ABOUT, load: IDLE, heardAgeMs: 0 });
    expect(two).toMatchObject({ name: "px-two", load: BUSY });
    await clock.advance(2_000);
    await store.recordActivity("px-one/a1", [], false, { ...ABOUT, load: BUSY });
    await clock.advance(500);
    const [later] = await store.listProxies();
    expect(later).toMatchObject({ load: BUSY, connectedAt: one?.connectedAt, heardAgeMs: 500 });
    await store.recordActivity("px-one/a1", [], true, { ...ABOUT, version: "1.2.4" });
    const [again] = await store.listProxies();
    expect(again).toMatchObject({ version: "1.2.4", load: BUSY, heardAgeMs: 0 });
    expect(again?.connectedAt).toBe((one?.connectedAt ?? 0) + 2_500);
  });

  test("a sign of life without a load leaves the load as it was", async () => {
    const { store } = await opened(openStore);
    await store.recordActivity("px-one/a1", [], true, { ...ABOUT, load: BUSY });
    await store.recordActivity("px-one/a1", [], false);
    expect(await store.listProxies()).toMatchObject([{ ...ABOUT, load: BUSY }]);
  });

  test("of a load nothing is kept that is none of its", async () => {
    const { store } = await opened(openStore);
    const load = { ...BUSY, name: "px-other/x", last_seen_at: 0, nothing: 1 };
    await store.recordActivity("px-one/a1", [], true, { ...ABOUT, load });
    await store.recordActivity("px-one/a1", [], false, { ...ABOUT, load });
    expect(await store.listProxies()).toMatchObject([{ name: "px-one", heardAgeMs: 0 }]);
  });

  test("a proxy that is silent for too long is listed no more", async () => {
    const { store, clock } = await opened(openStore);
    await store.recordActivity("px-one/a1", [], true, ABOUT);
    await clock.advance(45_001);
    await store.sweep(45_000);
    expect(await store.listProxies()).toEqual([]);
  });
}
