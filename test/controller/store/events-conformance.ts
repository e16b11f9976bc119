import { expect, test } from "vitest";
import type { EventFilter, EventPage } from "../../../controller/store/event-store.ts";
import { ADDRESS, aPlan, type OpenStore, opened, type ScriptedStore, spawned } from "./a-store.ts";

const SWEPT = { status: "terminated", reason: "swept", kind: "soft" } as const;

const told = ({ events }: EventPage) => events.map(({ id, state }) => `${id} ${state.status}`);
const from = (after: number) => ({ from: { after }, limit: 100 });

/** Two backends that take turns in getting on. */
async function twoLives({ store, report, clock }: ScriptedStore) {
  const one = await spawned(store, { name: "doc", labels: { team: "blue" } });
  const two = aPlan({ drone: "dr-two" });
  two.spec.key = { name: "doc", namespace: "eu", tag: "" };
  await store.spawn(two);
  const other = two.spec.backend_id;
  await report(other, { status: "ready", address: ADDRESS }, 0, "dr-two");
  await report(one, { status: "loading" });
  await clock.advance(1_000);
  await report(one, SWEPT);
  return { one, other };
}

export function eventsConformance(openStore: OpenStore): void {
  test("events are what has happened to all backends, in one order, page by page", async () => {
    const stage = await opened(openStore);
    const { one, other } = await twoLives(stage);
    const { store, clock } = stage;
    const all = await store.listEvents(from(0));
    expect(told(all)).toEqual([
      `${one} scheduled`,
      `${other} scheduled`,
      `${other} ready`,
      `${one} loading`,
      `${one} terminated`,
    ]);
    expect(all.events.at(-1)).toMatchObject({
      ...{ at: clock.now(), id: one, key: { name: "doc", namespace: "", tag: "" } },
      ...{ drone: "dr-one", image: "hangar/echo", labels: { team: "blue" }, state: SWEPT },
    });
    expect(all).toMatchObject({ reached: all.events.at(-1)?.seq, forgotten: 0 });
    const paged: string[] = [];
    let after = 0;
    for (let page = 0; page < 4; page += 1) {
      const next = await store.listEvents({ from: { after }, limit: 2 });
      paged.push(...told(next));
      after = next.reached;
    }
    expect(paged).toEqual(told(all));
    expect(after).toBe(all.reached);
  });

  test("the newest events come oldest first, and following goes on after them", async () => {
    const stage = await opened(openStore);
    const { one } = await twoLives(stage);
    const { store } = stage;
    const newest = await store.listEvents({ from: { newest: 2 }, limit: 1 });
    expect(told(newest)).toEqual([`${one} loading`, `${one} terminated`]);
    const none = await store.listEvents({ from: { newest: 0 }, limit: 1 });
    expect(none).toEqual({ ...newest, events: [] });
    expect(told(await store.listEvents(from(newest.reached)))).toEqual([]);
    const later = await spawned(store);
    expect(told(await store.listEvents(from(newest.reached)))).toEqual([`${later} scheduled`]);
  });

  test("of events that are filtered, a page reaches as far as it has looked", async () => {
    const stage = await opened(openStore);
    const { one, other } = await twoLives(stage);
    const { store } = stage;
    const { reached } = await store.listEvents(from(0));
    const filters: [EventFilter, string[]][] = [
      [{ namespace: "eu" }, [`${other} scheduled`, `${other} ready`]],
      [{ namespace: "", statuses: ["loading"] }, [`${one} loading`]],
      [{ keyName: "doc", drone: "dr-two", statuses: ["ready"] }, [`${other} ready`]],
      [{ id: other, statuses: ["scheduled", "terminated"] }, [`${other} scheduled`]],
      [{ labels: { team: "blue" }, statuses: ["terminated"] }, [`${one} terminated`]],
      [{ labels: { team: "red" } }, []],
    ];
    for (const [filter, expected] of filters) {
      const page = await store.listEvents({ ...filter, ...from(0) });
      expect(told(page)).toEqual(expected);
      expect(page.reached).toBe(reached);
    }
  });

  test("what was tidied away is said to be forgotten, and the rest stays", async () => {
    const stage = await opened(openStore);
    const { other } = await twoLives(stage);
    const { store, clock } = stage;
    await clock.advance(60_000);
    await store.tidy(30_000);
    const page = await store.listEvents(from(0));
    expect(told(page)).toEqual([`${other} scheduled`, `${other} ready`]);
    expect(page.forgotten).toBe(page.reached + 2);
    expect(page.last).toBe(page.forgotten);
  });
}
