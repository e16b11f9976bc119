import { expect, test } from "vitest";
import { ORDER_RETRY_CAP_MS, ORDER_RETRY_MS } from "../../../src/protocol/timings.ts";
import type { OpenStore } from "./a-store.ts";
import { opened } from "./a-store.ts";

const DOMAIN = "sessions.example.com";
const TTL_MS = 10_000;
const CERTIFICATE = { id: "c1", directory: "https://ca/dir", chain: "chain", key: "key" };

export function acmeConformance(openStore: OpenStore): void {
  test("of many proxies that want to order at once, one may, and may again", async () => {
    const { store } = await opened(openStore);
    const holders = Array.from({ length: 20 }, (_, index) => `px-${index}`);
    const claims = await Promise.all(
      holders.map((holder) => store.claimOrder(DOMAIN, holder, TTL_MS)),
    );
    expect(claims.filter(({ kind }) => kind === "granted")).toHaveLength(1);
    const winner = holders[claims.findIndex(({ kind }) => kind === "granted")] ?? "";
    expect(await store.claimOrder(DOMAIN, winner, TTL_MS)).toEqual({ kind: "granted" });
    expect((await store.claimOrder("other.example.com", "px-other", TTL_MS)).kind).toBe("granted");
  });

  test("a lease that is extended stays its holder's; one that has expired or was released does not", async () => {
    const { store, clock } = await opened(openStore);
    await store.claimOrder(DOMAIN, "px-a", TTL_MS);
    await clock.advance(TTL_MS - 1);
    await store.claimOrder(DOMAIN, "px-a", TTL_MS);
    await clock.advance(TTL_MS - 1);
    expect(await store.setChallenge(DOMAIN, "px-a", ["v"])).toBe(true);
    await clock.advance(1);
    expect(await store.setChallenge(DOMAIN, "px-a", ["v"])).toBe(false);
    expect(await store.putCertificate(DOMAIN, "px-a", CERTIFICATE)).toBe(false);
    await clock.advance(ORDER_RETRY_MS);
    expect((await store.claimOrder(DOMAIN, "px-b", TTL_MS)).kind).toBe("granted");
    await store.releaseOrder(DOMAIN, "px-a");
    expect(await store.setChallenge(DOMAIN, "px-b", ["v"])).toBe(true);
    await store.releaseOrder(DOMAIN, "px-b");
    expect(await store.setChallenge(DOMAIN, "px-b", ["v"])).toBe(false);
  });

  test("orders that come to nothing are followed by ever longer pauses, whoever comes next", async () => {
    const { store, clock } = await opened(openStore);
    const pauses: number[] = [];
    for (let round = 0; round < 9; round += 1) {
      expect((await store.claimOrder(DOMAIN, `px-${round}`, TTL_MS)).kind).toBe("granted");
      if (round % 2 === 0) await store.releaseOrder(DOMAIN, `px-${round}`);
      const again = await store.claimOrder(DOMAIN, "px-next", TTL_MS);
      const pauseMs = again.kind === "refused" ? again.retryInMs : 0;
      pauses.push(pauseMs);
      await clock.advance(pauseMs - 1);
      expect((await store.claimOrder(DOMAIN, "px-next", TTL_MS)).kind).toBe("refused");
      await clock.advance(1);
    }
    expect(pauses).toEqual(
      pauses.map((_, index) => Math.min(ORDER_RETRY_MS * 2 ** index, ORDER_RETRY_CAP_MS)),
    );
  });

  test("a certificate ends the pauses, and is everybody's", async () => {
    const { store, clock } = await opened(openStore);
    expect(await store.getCertificate(DOMAIN)).toBeUndefined();
    for (const id of ["c1", "c2"]) {
      await store.claimOrder(DOMAIN, "px-a", TTL_MS);
      expect(await store.putCertificate(DOMAIN, "px-b", CERTIFICATE)).toBe(false);
      expect(await store.putCertificate(DOMAIN, "px-a", { ...CERTIFICATE, id })).toBe(true);
      await clock.advance(7);
      expect(await store.getCertificate(DOMAIN)).toEqual({ ...CERTIFICATE, id, ageMs: 7 });
      await store.releaseOrder(DOMAIN, "px-a");
    }
    expect((await store.claimOrder(DOMAIN, "px-b", TTL_MS)).kind).toBe("granted");
  });

  test("only the holder sets what DNS answers, several texts at a time, and it ends with the lease", async () => {
    const { store, clock } = await opened(openStore);
    expect(await store.challengeOf(DOMAIN)).toEqual([]);
    await store.claimOrder(DOMAIN, "px-a", TTL_MS);
    expect(await store.setChallenge(DOMAIN, "px-b", ["forged"])).toBe(false);
    expect(await store.setChallenge(DOMAIN, "px-a", ["one", "two"])).toBe(true);
    await store.claimOrder(DOMAIN, "px-a", TTL_MS);
    expect(await store.challengeOf(DOMAIN)).toEqual(["one", "two"]);
    await clock.advance(TTL_MS);
    expect(await store.challengeOf(DOMAIN)).toEqual([]);
    await clock.advance(ORDER_RETRY_MS);
    await store.claimOrder(DOMAIN, "px-b", TTL_MS);
    expect(await store.challengeOf(DOMAIN)).toEqual([]);
    await store.setChallenge(DOMAIN, "px-b", ["three"]);
    await store.releaseOrder(DOMAIN, "px-b");
    expect(await store.challengeOf(DOMAIN)).toEqual([]);
  });

  test("of two account keys for a directory the first is kept", async () => {
    const { store } = await opened(openStore);
    expect(await store.keepAccountKey("https://ca/dir", "one")).toBe("one");
    expect(await store.keepAccountKey("https://ca/dir", "two")).toBe("one");
    expect(await store.keepAccountKey("https://other/dir", "two")).toBe("two");
  });
}
