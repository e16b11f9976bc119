import { expect, test } from "vitest";
import { CLUSTER, type OpenStore, opened, spawned } from "./a-store.ts";

const SPAWN = `00-${"a".repeat(32)}-${"1".repeat(16)}-01`;
const CONNECT = `00-${"a".repeat(32)}-${"2".repeat(16)}-01`;
const TOKEN = { token: "hct_one", secret: "hsec_one", user: null, auth: {}, ttlMs: 3_600_000 };

export function tracesConformance(openStore: OpenStore): void {
  test("a backend keeps the trace that it was spawned in, and a token that of its connect", async () => {
    const { store, clock } = await opened(openStore);
    const id = await spawned(store, { traceparent: SPAWN });
    await store.admit(id, { ...TOKEN, traceparent: CONNECT });
    await store.admit(id, { ...TOKEN, token: "hct_two" });
    const grantOf = async (token: string) =>
      (await store.resolveRoute({ cluster: CLUSTER, label: null, token })).byToken?.grant;
    expect(await store.getBackend(id)).toMatchObject({ traceparent: SPAWN });
    expect(await grantOf("hct_one")).toMatchObject({ traceparent: CONNECT });
    expect(await grantOf("hct_two")).not.toHaveProperty("traceparent");
    // Who comes much later is no part of it.
    await clock.advance(300_000);
    expect(await grantOf("hct_one")).not.toHaveProperty("traceparent");
    const other = await spawned(store);
    expect(await store.getBackend(other)).not.toHaveProperty("traceparent");
  });
}
