import { expect, onTestFinished, test } from "vitest";
import {
  EventFeed,
  type FollowRequest,
  type ToldEvent,
} from "../../../controller/events/event-feed.ts";
import { openSqlite } from "../../../controller/store/open-sqlite.ts";
import type { Store } from "../../../controller/store/store.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { TestClock } from "../../harness/test-clock.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { aPlan, readyDrone } from "../store/a-store.ts";

const NOW: FollowRequest = { filter: {}, from: { newest: 0 } };

async function aFeed() {
  const store = await openSqlite(":memory:", new TestClock());
  onTestFinished(() => store[Symbol.asyncDispose]());
  await readyDrone(store, "dr-one");
  let reads = 0;
  let failing = false;
  const counted: Pick<Store, "listEvents" | "subscribe"> = {
    subscribe: store.subscribe,
    listEvents(query) {
      reads += 1;
      if (failing) throw new Error("scripted to fail");
      return store.listEvents(query);
    },
  };
  const feed = new EventFeed({ store: counted, clock: systemClock, log: recordingLog().log });
  onTestFinished(() => feed[Symbol.asyncDispose]());
  return {
    ...{ store, feed },
    reads: () => reads,
    fail: (now: boolean) => {
      failing = now;
    },
  };
}

/** Takes no room, so that there can be many. */
async function spawned(store: Store, labels = {}): Promise<BackendId> {
  const plan = aPlan({ labels });
  plan.spec.resources = {};
  expect((await store.spawn(plan)).kind).toBe("spawned");
  return plan.spec.backend_id;
}

function followed(feed: EventFeed, request: FollowRequest) {
  const told: ToldEvent[] = [];
  const reached: number[] = [];
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const done = (async () => {
    for await (const each of feed.follow(request, stop.signal)) {
      if ("event" in each) told.push(each);
      else reached.push(each.reached.seq);
    }
  })();
  const ids = () => told.map(({ event }) => event.id);
  return { ids, told, reached, stop: () => stop.abort(), done };
}

test("a hundred followers cost no more reads than one", async () => {
  const { store, feed, reads } = await aFeed();
  const followers = Array.from({ length: 100 }, () => followed(feed, NOW));
  const probe = await spawned(store);
  await waitFor("all to follow", () => followers.every(({ ids }) => ids().includes(probe)));
  const before = reads();
  const expected = [probe];
  for (let count = 0; count < 20; count += 1) {
    const id = await spawned(store);
    expected.push(id);
    await waitFor("the event", () => followers.every(({ ids }) => ids().at(-1) === id));
  }
  expect(reads() - before).toBeLessThanOrEqual(3 * 20);
  for (const { ids } of followers) expect(ids()).toEqual(expected);
});

test("nobody follows: nothing is read", async () => {
  const { store, feed, reads } = await aFeed();
  const follower = followed(feed, NOW);
  const id = await spawned(store);
  await waitFor("the event", () => follower.ids().includes(id));
  follower.stop();
  await follower.done;
  const before = reads();
  for (let count = 0; count < 10; count += 1) await spawned(store);
  expect(reads() - before).toBeLessThanOrEqual(1);
});

test("who is far behind catches up page by page, then follows; nothing twice, nothing left out", async () => {
  const { store, feed } = await aFeed();
  const ids = [];
  for (let count = 0; count < 1_200; count += 1) ids.push(await spawned(store));
  const place = { seq: 0, known: 0 };
  const follower = followed(feed, { filter: {}, from: { after: place } });
  await waitFor("some of it", () => follower.ids().length > 600);
  for (let count = 0; count < 10; count += 1) ids.push(await spawned(store));
  await waitFor("all of it", () => follower.ids().length >= ids.length);
  expect(follower.ids()).toEqual(ids);
});

test("who stops reading for long is not kept for in memory, and still misses nothing", async () => {
  const { store, feed } = await aFeed();
  const lazy = feed.follow(NOW, AbortSignal.timeout(30_000));
  const next = async () => {
    for (;;) {
      const { done, value } = await lazy.next();
      if (done || "event" in value) return value?.event.id;
    }
  };
  const first = next();
  const ids = [await spawned(store)];
  expect(await first).toBe(ids[0]);
  for (let count = 0; count < 2_600; count += 1) ids.push(await spawned(store));
  const got = [ids[0]];
  while (got.length < ids.length) got.push(await next());
  expect(got).toEqual(ids);
  await lazy.return(undefined);
}, 60_000);

test("only what fits is told, also of what is read for everybody", async () => {
  const { store, feed } = await aFeed();
  const all = followed(feed, NOW);
  const blue = followed(feed, { ...NOW, filter: { labels: { team: "blue" }, drone: "dr-one" } });
  await spawned(store);
  const id = await spawned(store, { team: "blue" });
  await waitFor("both", () => all.ids().length === 2);
  await waitFor("the one", () => blue.ids().length === 1);
  expect(blue.ids()).toEqual([id]);
});

test("a database that was away is read again, and nothing is left out", async () => {
  const { store, feed, fail } = await aFeed();
  const follower = followed(feed, NOW);
  const first = await spawned(store);
  await waitFor("the first", () => follower.ids().length === 1);
  fail(true);
  const second = await spawned(store);
  fail(false);
  const third = await spawned(store);
  await waitFor("all", () => follower.ids().length === 3);
  expect(follower.ids()).toEqual([first, second, third]);
});

test("a follower hears where it is: at the begin, and past what does not fit", async () => {
  const { store, feed } = await aFeed();
  await spawned(store);
  const { last } = await store.listEvents({ from: { newest: 0 }, limit: 0, labels: {} });
  const filter = { labels: { team: "blue" } };
  const follower = followed(feed, { filter, from: { newest: 0 } });
  await waitFor("the begin", () => follower.reached.length > 0);
  expect(follower.reached[0]).toBe(last);
  await spawned(store);
  await waitFor("the next place", () => (follower.reached.at(-1) ?? 0) > last);
  expect(follower.told).toEqual([]);
});
