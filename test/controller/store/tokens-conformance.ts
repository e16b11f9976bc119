import { expect, test } from "vitest";
import type { NewToken, Store } from "../../../controller/store/store.ts";
import type { TokenRecord } from "../../../controller/store/token-store.ts";
import { type BackendId, newConnectionToken } from "../../../src/protocol/ids.ts";
import { aPlan, CLUSTER, type OpenStore, opened, spawned } from "./a-store.ts";

const DAY_MS = 86_400_000;

function aToken(overrides: Partial<NewToken> = {}): NewToken {
  const token = newConnectionToken();
  return { token, secret: "s", user: null, auth: {}, ttlMs: 3_600_000, ...overrides };
}

async function minted(store: Store, id: BackendId, overrides: Partial<NewToken> = {}) {
  const token = aToken(overrides);
  expect(await store.admit(id, token)).toBeDefined();
  const { byToken } = await find(store, token.token);
  if (byToken?.grant.kind !== "connection") throw new Error("the token leads nowhere");
  return { token: token.token, id: byToken.grant.tokenId, grant: byToken.grant };
}

function find(store: Store, token: string) {
  return store.resolveRoute({ cluster: CLUSTER, label: null, token });
}

async function letsIn(store: Store, { token }: { token: string }): Promise<boolean> {
  return (await find(store, token)).byToken !== undefined;
}

async function allTokens(store: Store, backendId: BackendId, limit = 100, user?: string) {
  const tokens: TokenRecord[] = [];
  let cursor: string | null = null;
  do {
    const page = await store.listTokens({
      ...{ backendId, limit },
      ...(user === undefined ? {} : { user }),
      ...(cursor === null ? {} : { cursor }),
    });
    expect(page.tokens.length).toBeLessThanOrEqual(limit);
    tokens.push(...page.tokens);
    cursor = page.next;
  } while (cursor !== null);
  return tokens;
}

export function tokensConformance(openStore: OpenStore): void {
  test("a backend's tokens are listed, the longest lasting first, until they expire", async () => {
    const { store, clock } = await opened(openStore);
    const [id, other] = [await spawned(store, { token: aToken() }), await spawned(store)];
    await minted(store, other);
    await clock.advance(5);
    const ada = await minted(store, id, { user: "ada" });
    const brief = await minted(store, id, { user: "bob", ttlMs: 1_000 });
    const now = clock.now();
    const listed = await allTokens(store, id);
    expect(listed[0]).toEqual({
      id: ada.id,
      user: "ada",
      createdAt: now,
      expiresAt: now + 3_600_000,
    });
    expect(listed.map(({ user }) => user)).toEqual(["ada", null, "bob"]);
    expect((await allTokens(store, id, 100, "bob")).map((token) => token.id)).toEqual([brief.id]);
    await clock.advance(1_000);
    expect((await allTokens(store, id)).map(({ user }) => user)).toEqual(["ada", null]);
  });

  test("a cursor neither loses nor repeats tokens, even those of one millisecond", async () => {
    const { store, clock } = await opened(openStore);
    const id = await spawned(store);
    const ids: string[] = [];
    for (const pauseMs of [0, 0, 0, 1, 0, 0, 1]) {
      await clock.advance(pauseMs);
      ids.push((await minted(store, id)).id);
    }
    const seen = (await allTokens(store, id, 2)).map((token) => token.id);
    expect([...seen].sort()).toEqual([...ids].sort());
    expect(seen[0]).toBe(ids.at(-1));
  });

  test("one token is revoked at once and for good, and no other", async () => {
    const { store, changes } = await opened(openStore);
    const [id, other] = [await spawned(store), await spawned(store)];
    const [gone, stays] = [await minted(store, id, { user: "ada" }), await minted(store, id)];
    expect(await store.revokeToken(other, gone.id)).toBe(false);
    expect(await letsIn(store, gone)).toBe(true);
    const before = changes.length;
    expect(await store.revokeToken(id, gone.id)).toBe(true);
    expect(await letsIn(store, gone)).toBe(false);
    expect(await letsIn(store, stays)).toBe(true);
    expect((await allTokens(store, id)).map((token) => token.id)).toEqual([stays.id]);
    expect(await store.revokeToken(id, gone.id)).toBe(false);
    expect(changes.slice(before)).toEqual([{ kind: "revocation", seq: expect.any(Number) }]);
    const [told] = changes.slice(before);
    const seq = told?.kind === "revocation" ? told.seq : 0;
    expect(await store.revocation(seq)).toEqual({
      ...{ backend_id: id, token_id: gone.id, user: "ada" },
      generation: gone.grant.generation,
    });
  });

  test("a user's tokens are revoked, and neither others' nor what the user is given after", async () => {
    const { store } = await opened(openStore);
    const [id, other] = [await spawned(store), await spawned(store)];
    const ada = await minted(store, id, { user: "ada" });
    const twice = await minted(store, id, { user: "ada" });
    const elsewhere = await minted(store, other, { user: "ada" });
    const bob = await minted(store, id, { user: "bob" });
    const nobody = await minted(store, id);
    expect(await store.revokeTokens(id, "ada")).toBe(2);
    const later = await minted(store, id, { user: "ada" });
    for (const token of [ada, twice]) expect(await letsIn(store, token)).toBe(false);
    for (const token of [elsewhere, bob, nobody, later]) {
      expect(await letsIn(store, token)).toBe(true);
    }
    const [revocation] = await store.revocationsOf([id]);
    expect(revocation).toEqual({
      backend_id: id,
      user: "ada",
      generation: ada.grant.generation,
    });
    expect(later.grant.generation).toBeGreaterThan(ada.grant.generation);
    expect(await store.revokeTokens(id, "ada")).toBe(1);
    expect(await store.revokeTokens(id, "ada")).toBe(0);
  });

  test("by the time that a revocation is told nobody is let in, though rows are still there", async () => {
    const { store } = await opened(openStore);
    const id = await spawned(store);
    const token = await minted(store, id, { user: "ada" });
    const seen: Promise<unknown>[] = [];
    store.subscribe(({ kind }) => {
      if (kind !== "revocation") return;
      seen.push(letsIn(store, token), allTokens(store, id), store.revokeToken(id, token.id));
    });
    expect(await store.revokeTokens(id, "ada")).toBe(1);
    expect(await Promise.all(seen)).toEqual([false, [], false]);
  });

  test("all tokens of a backend are revoked, that of its spawn too, and later ones are not", async () => {
    const { store } = await opened(openStore);
    const plan = aPlan({ token: aToken() });
    await store.spawn(plan);
    const id = plan.spec.backend_id;
    const first = { token: plan.token?.token ?? "" };
    const second = await minted(store, id, { user: "ada" });
    expect(await store.revokeTokens(id, null)).toBe(2);
    for (const token of [first, second]) expect(await letsIn(store, token)).toBe(false);
    expect(await allTokens(store, id)).toEqual([]);
    expect(await letsIn(store, await minted(store, id))).toBe(true);
    expect(await store.revokeTokens("aaaaaaaaaaaaaa" as BackendId, null)).toBeUndefined();
  });

  test("who has revoked what stands in the audit trail", async () => {
    const { store } = await opened(openStore);
    const id = await spawned(store);
    const token = await minted(store, id, { user: "ada" });
    const by = { keyId: "ak_1", keyName: "app", address: "10.0.0.9" };
    await store.revokeToken(id, token.id, by);
    await store.revokeToken(id, token.id, by);
    await store.revokeTokens(id, "bob", by);
    await store.revokeTokens(id, null, by);
    const { entries } = await store.listAudit({ action: "token.revoke", limit: 10 });
    expect(entries.map(({ target, details, keyName }) => ({ target, details, keyName }))).toEqual([
      { target: id, details: {}, keyName: "app" },
      { target: id, details: { user: "bob" }, keyName: "app" },
      { target: token.id, details: { backend_id: id, user: "ada" }, keyName: "app" },
    ]);
    expect(entries.map(({ namespace }) => namespace)).toEqual(["", "", ""]);
  });

  test("who comes back hears of what was revoked, each once, also after the tokens have expired", async () => {
    const { store, clock } = await opened(openStore);
    const [id, other] = [await spawned(store), await spawned(store)];
    const one = await minted(store, id, { user: "ada" });
    await minted(store, id, { user: "bob" });
    await store.revokeToken(id, one.id);
    await store.revokeTokens(id, "bob");
    await clock.advance(DAY_MS);
    await store.tidy(7 * DAY_MS);
    expect(await store.revocationsOf([other])).toEqual([]);
    expect((await store.revocationsOf([other, id])).map(({ user }) => user)).toEqual([
      "ada",
      "bob",
    ]);
    await store.revokeTokens(id, "ada");
    expect(await store.revocationsOf([id])).toEqual([
      { backend_id: id, user: "bob", generation: 0 },
      { backend_id: id, user: "ada", generation: 1 },
    ]);
    await store.revokeTokens(id, null);
    expect(await store.revocationsOf([id])).toEqual([{ backend_id: id, generation: 2 }]);
  });

  test("revocations are forgotten: of single tokens in time, of many with their backend", async () => {
    const { store, clock, report } = await opened(openStore);
    const id = await spawned(store);
    const one = await minted(store, id);
    await store.revokeTokens(id, "ada");
    await store.revokeToken(id, one.id);
    expect(await store.revocationsOf([id])).toHaveLength(2);
    await clock.advance(7 * DAY_MS + 1);
    await store.tidy(7 * DAY_MS);
    expect(await store.revocationsOf([id])).toMatchObject([{ user: "ada" }]);
    await report(id, { status: "terminated", reason: "exited" });
    await clock.advance(7 * DAY_MS + 1);
    await store.tidy(7 * DAY_MS);
    expect(await store.revocationsOf([id])).toEqual([]);
  });

  test("of connects and revocations at once each token is ended, or later than the last of them", async () => {
    const { store } = await opened(openStore);
    const id = await spawned(store);
    const mint = async () => {
      const token = aToken();
      await store.admit(id, token);
      return token;
    };
    const revoking: Promise<number | undefined>[] = [];
    const minting: Promise<NewToken>[] = [];
    for (let round = 0; round < 5; round += 1) {
      minting.push(mint(), mint());
      revoking.push(store.revokeTokens(id, null));
      minting.push(mint());
    }
    const counts = await Promise.all(revoking);
    const tokens = await Promise.all(minting);
    const alive = await Promise.all(tokens.map((token) => letsIn(store, token)));
    const left = alive.filter(Boolean).length;
    expect(await allTokens(store, id)).toHaveLength(left);
    const revoked = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
    expect(revoked + left).toBe(tokens.length);
    const [last, ...others] = await store.revocationsOf([id]);
    expect(others).toEqual([]);
    expect(last?.generation).toBe(4);
  });
}
