import { expect, test } from "vitest";
import { ADDRESS, type OpenStore, opened, spawned } from "./a-store.ts";

export function censusConformance(openStore: OpenStore): void {
  test("a census counts what is live by its status, and what drones have not acknowledged", async () => {
    const { store, report } = await opened(openStore);
    expect(await store.census()).toEqual({ backends: new Map(), pendingActions: 0 });
    const [one, two] = [await spawned(store), await spawned(store)];
    await spawned(store);
    await report(one, { status: "ready", address: ADDRESS });
    await report(two, { status: "terminated", reason: "exited" });
    expect(await store.census()).toEqual({
      backends: new Map([
        ["ready", 1],
        ["scheduled", 1],
      ]),
      pendingActions: 1,
    });
  });
}
