import { expect, test } from "vitest";
import { KeyRing } from "../../../controller/access/key-ring.ts";
import { ChangeFeed } from "../../../controller/change-feed.ts";
import type { CredentialIds, GoodKey } from "../../../controller/store/access-store.ts";
import { localBus } from "../../../controller/store/change-bus.ts";
import { DatabaseAway } from "../../../controller/store/database-away.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { TestClock } from "../../harness/test-clock.ts";

const KEY: GoodKey = {
  id: "ak_a",
  name: "a",
  scopes: ["read"],
  namespace: null,
  rateLimit: null,
  expiresInMs: null,
};

/** A ring over a store that knows one key by its hash, and counts how often it is asked. */
function aRing(key: Partial<GoodKey> = {}) {
  const clock = new TestClock();
  const bus = localBus();
  const state = { good: true, away: false, lookups: 0, used: [] as string[] };
  const answer = <T>(value: T): T => {
    if (state.away) throw new DatabaseAway("gone");
    return value;
  };
  const store = {
    findApiKey: async () => {
      state.lookups += 1;
      return answer(state.good ? { ...KEY, ...key } : undefined);
    },
    findSession: async () => undefined,
    stillGood: async ({ keyIds }: CredentialIds) =>
      answer({ keyIds: state.good ? keyIds : [], sessionHashes: [] }),
    touchApiKeys: async (ids: readonly string[]) => void state.used.push(...ids),
  };
  const { log, lines } = recordingLog();
  const ring = new KeyRing({ store, changes: new ChangeFeed(bus), clock, log });
  const tellOfChange = () => bus.publish({ kind: "api-key", id: "ak_any" });
  return { ring, clock, state, lines, tellOfChange };
}

async function held(ring: KeyRing) {
  const rights = await ring.key("hash");
  if (rights === undefined) throw new Error("the key is not good");
  const hold = { ended: false };
  const letGo = ring.hold(rights, () => {
    hold.ended = true;
  });
  return { hold, letGo };
}

test("a key is read once for a while, however many use it, and again after a change", async () => {
  const { ring, clock, state, tellOfChange } = aRing();
  await Promise.all(Array.from({ length: 50 }, () => ring.key("hash")));
  await clock.advance(4_000);
  await ring.key("hash");
  expect(state.lookups).toBe(1);
  tellOfChange();
  await ring.key("hash");
  expect(state.lookups).toBe(2);
  await clock.advance(5_000);
  await ring.key("hash");
  expect(state.lookups).toBe(3);
});

test("what was read while a change came is not believed", async () => {
  const { ring, state, tellOfChange } = aRing();
  const early = ring.key("hash");
  tellOfChange();
  state.good = false;
  await early;
  expect(await ring.key("hash")).toBeUndefined();
});

test("what is held open ends when a change tells of it, and within seconds if the news is lost", async () => {
  for (const isTold of [true, false]) {
    const { ring, clock, state, tellOfChange } = aRing();
    const { hold } = await held(ring);
    const { hold: other, letGo } = await held(ring);
    letGo();
    state.good = false;
    if (isTold) tellOfChange();
    else await clock.advance(4_900);
    await new Promise(setImmediate);
    expect(hold.ended).toBe(isTold);
    await clock.advance(1_100);
    expect(hold.ended).toBe(true);
    expect(other.ended).toBe(false);
  }
});

test("a key ends on time, by this process's own clock", async () => {
  const { ring, clock } = aRing({ expiresInMs: 3_000 });
  const { hold } = await held(ring);
  await clock.advance(2_000);
  expect(await ring.key("hash")).toBeDefined();
  expect(hold.ended).toBe(false);
  await clock.advance(1_000);
  expect(await ring.key("hash")).toBeUndefined();
  await clock.advance(1_000);
  expect(hold.ended).toBe(true);
});

test("while the database is away nobody is thrown out, and nobody let in", async () => {
  const { ring, clock, state, lines } = aRing();
  const { hold } = await held(ring);
  state.away = true;
  await clock.advance(20_000);
  expect(hold.ended).toBe(false);
  await expect(async () => await ring.key("hash")).rejects.toThrow(DatabaseAway);
  expect(lines).toEqual([]);
  state.away = false;
  state.good = false;
  await clock.advance(6_000);
  expect(hold.ended).toBe(true);
});

test("that a key is in use is written down once a minute, and when the controller leaves", async () => {
  const { ring, clock, state } = aRing();
  for (let second = 0; second < 59; second += 1) {
    await ring.key("hash");
    await clock.advance(1_000);
  }
  expect(state.used).toEqual([]);
  await clock.advance(1_000);
  expect(state.used).toEqual(["ak_a"]);
  await clock.advance(120_000);
  expect(state.used).toEqual(["ak_a"]);
  const { letGo } = await held(ring);
  await clock.advance(120_000);
  expect(state.used).toEqual(["ak_a", "ak_a", "ak_a"]);
  letGo();
  await ring.key("hash");
  await ring[Symbol.asyncDispose]();
  expect(state.used).toHaveLength(4);
});

test("the last that was known of a key is told while the database is away, until keys change or it ends", async () => {
  const { ring, clock, state } = aRing({ expiresInMs: 60_000 });
  expect(ring.lastKnown("hash")).toBeUndefined();
  await ring.key("hash");
  state.away = true;
  await clock.advance(10_000);
  await expect(ring.key("hash")).rejects.toThrow("away");
  expect(ring.lastKnown("hash")).toMatchObject({ keyId: "ak_a" });
  await clock.advance(50_000);
  expect(ring.lastKnown("hash")).toBeUndefined();
  const other = aRing();
  await other.ring.key("hash");
  other.tellOfChange();
  expect(other.ring.lastKnown("hash")).toBeUndefined();
});
