import { expect, test } from "vitest";
import { openPostgres } from "../../../controller/store/open-postgres.ts";
import type { Store } from "../../../controller/store/store.ts";
import { type BackendId, newConnectionToken } from "../../../src/protocol/ids.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { aDatabase, aPostgresStore, ask } from "../../harness/postgres-database.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { ADDRESS, aPlan, readyDrone, spawned } from "./a-store.ts";

/** Two controllers' stores on one database, with a drone. */
async function twoStores() {
  const url = await aDatabase();
  const [one, two] = [await aPostgresStore(url), await aPostgresStore(url)];
  await readyDrone(one, "dr-one");
  return { url, one, two };
}

const READY = { status: "ready", address: ADDRESS } as const;

function report(store: Store, id: BackendId, state: Parameters<Store["recordReport"]>[0]["state"]) {
  return store.recordReport({ drone: "dr-one", id, state, ageMs: 0 });
}

test("of fifty that claim a key through two controllers one wins, time after time, with a larger token", async () => {
  const { one, two } = await twoStores();
  let last = 0;
  for (let round = 0; round < 10; round += 1) {
    const plans = Array.from({ length: 50 }, () => aPlan({ name: "doc" }));
    const outcomes = await Promise.all(
      plans.map((plan, index) => (index % 2 === 0 ? one : two).spawn(plan)),
    );
    const kinds = outcomes.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "spawned")).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "key-held")).toHaveLength(49);
    const holder = await two.findKeyHolder({ namespace: "", name: "doc" });
    if (holder === undefined) throw new Error("nobody holds the key");
    expect(holder.id).toBe(plans[kinds.indexOf("spawned")]?.spec.backend_id);
    expect(holder.fencingToken).toBeGreaterThan(last);
    last = holder.fencingToken;
    expect((await one.getDrone("dr-one"))?.liveBackends).toBe(1);
    await report(one, holder.id, { status: "terminated", reason: "exited" });
  }
});

test("in a thousand races of a connect with the sweep, nobody is let in once the end was asked for", async () => {
  const { url, one, two } = await twoStores();
  let admissions = 0;
  for (let round = 0; round < 50; round += 1) {
    const ids = await Promise.all(
      Array.from({ length: 20 }, () => spawned(one, { maxIdleMs: 3_600_000 })),
    );
    await Promise.all(ids.map((id) => report(two, id, READY)));
    await ask(
      url,
      "update backends set idle_due_at = 1, ready_at = 1, last_active_at = 1 - max_idle_ms where idle_due_at is not null",
    );
    const grant = () => ({
      token: newConnectionToken(),
      secret: "s",
      user: null,
      auth: {},
      ttlMs: 60_000,
    });
    const [swept, ...admitted] = await Promise.all([
      two.sweep(45_000),
      ...ids.map((id) => one.admit(id, grant())),
    ]);
    const letIn = ids.filter((_, index) => admitted[index] !== undefined);
    admissions += letIn.length;
    expect([...letIn, ...swept].sort()).toEqual([...ids].sort());
    for (const id of swept) expect(await one.admit(id, null)).toBeUndefined();
    const ended = { status: "terminated", reason: "swept" } as const;
    await Promise.all(ids.map((id) => report(one, id, ended)));
  }
  expect(admissions).toBeGreaterThan(0);
  expect(admissions).toBeLessThan(1_000);
}, 120_000);

test("an end that two controllers record at once is recorded once, and its room released once", async () => {
  const { one, two } = await twoStores();
  const ids = await Promise.all(Array.from({ length: 30 }, () => spawned(one)));
  await Promise.all(
    ids.map(async (id) => {
      const ended = { status: "terminated", reason: "exited" } as const;
      const accepted = await Promise.all([one, two, one].map((store) => report(store, id, ended)));
      expect(accepted.filter(Boolean)).toHaveLength(1);
      const statuses = (await two.timeline(id)).map(({ status }) => status);
      expect(statuses).toEqual(["scheduled", "terminated"]);
    }),
  );
  expect(await one.getDrone("dr-one")).toMatchObject({
    liveBackends: 0,
    promised: { cpus: 0, memoryBytes: 0 },
  });
});

test("what is spawned while its drone tells its inventory is neither lost nor disowned", async () => {
  const { one, two } = await twoStores();
  const ids: BackendId[] = [];
  for (let round = 0; round < 30; round += 1) {
    const [id, disowned] = await Promise.all([
      spawned(one),
      two.reconcile("dr-one", "dr-one", ids),
    ]);
    expect(disowned).toEqual([]);
    ids.push(id);
  }
  const statuses = await Promise.all(
    ids.map(async (id) => (await one.getBackend(id))?.state.status),
  );
  expect(new Set(statuses)).toEqual(new Set(["scheduled"]));
});

test("two machines that take one unknown name at once: who has it was told so", async () => {
  const { url, one, two } = await twoStores();
  for (let round = 0; round < 20; round += 1) {
    const about = { name: `dr-${round}`, cluster: "c", pool: "", version: "1", maxBackends: null };
    const attach = (store: Store, identity: string) =>
      store.attachDrone({ ...about, identity, session: identity, controller: identity }, 45_000);
    const attached = await Promise.all([attach(one, "a"), attach(two, "b")]);
    const [row] = await ask<{ identity: string }>(
      url,
      "select identity from drones where name = $1",
      [about.name],
    );
    expect(attached[row?.identity === "a" ? 0 : 1]).toBe(true);
  }
});

test("two proxies that tell everything at once, each what the other told before, never lock each other out", async () => {
  const url = await aDatabase();
  {
    const open = () => openPostgres({ clock: systemClock, log: recordingLog().log }, { url });
    await using one = await open();
    await using two = await open();
    await readyDrone(one, "dr-one");
    const ids = await Promise.all(Array.from({ length: 40 }, () => spawned(one)));
    const halves = [ids.slice(0, 20), ids.slice(20)] as const;
    const say = (store: Store, proxy: string, some: readonly BackendId[]) =>
      store.recordActivity(
        proxy,
        some.map((id) => ({ id, open: 1, idleMs: 0 })),
        true,
      );
    for (let round = 0; round < 30; round += 1) {
      const [first, second] = round % 2 === 0 ? halves : [halves[1], halves[0]];
      await Promise.all([say(one, "px-one", first), say(two, "px-two", second)]);
    }
    for (const id of ids) expect(await one.openConnections(id)).toBe(1);
  }
  // Those who are gone have told all they counted.
  expect(await ask(url, DEADLOCKS)).toEqual([{ deadlocks: 0 }]);
}, 60_000);

const DEADLOCKS = "select deadlocks::int from pg_stat_database where datname = current_database()";
