import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import {
  MOVED,
  REVOKED,
  Replay,
  TIMELINE,
  WAITING,
} from "../../../controller/store/postgres/replay.ts";
import type { Change } from "../../../controller/store/store.ts";
import { aMuteStore } from "../../harness/mute-postgres-store.ts";
import { aDatabase, aPostgresStore, ask } from "../../harness/postgres-database.ts";
import { TestClock } from "../../harness/test-clock.ts";
import { ADDRESS, readyDrone, spawned } from "./a-store.ts";

async function aReplay() {
  const url = await aDatabase();
  await aPostgresStore(url);
  const store = aMuteStore(url);
  await readyDrone(store, "dr-one");
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  const clock = new TestClock();
  const replay = new Replay(clock);
  const missed = async () => {
    const changes: Change[] = [];
    const query = async (text: string, values?: readonly unknown[]) =>
      (await client.query(text, [...(values ?? [])])).rows;
    for await (const change of replay.missed(query as never)) changes.push(change);
    return changes;
  };
  return { url, store, clock, missed };
}

const backendsOf = (changes: readonly Change[]) =>
  changes.flatMap((change) => (change.kind === "backend" ? [change.id] : []));

test("what has happened is told once, however long it stands there", async () => {
  const { store, missed, clock } = await aReplay();
  expect(await missed()).toEqual([]);
  const id = await spawned(store);
  await store.recordReport({ drone: "dr-one", id, state: { status: "loading" }, ageMs: 0 });
  expect(backendsOf(await missed())).toEqual([id]);
  for (let round = 0; round < 5; round += 1) {
    await clock.advance(5_000);
    expect(backendsOf(await missed())).toEqual([]);
  }
  await store.recordReport({ drone: "dr-one", id, state: { status: "starting" }, ageMs: 0 });
  expect(backendsOf(await missed())).toEqual([id]);
});

test("a drone with something to do is told of until it has acknowledged", async () => {
  const { store, missed } = await aReplay();
  await missed();
  await readyDrone(store, "dr-two");
  await spawned(store);
  const other = await spawned(store, { drone: "dr-two" });
  await spawned(store, { drone: "dr-two" });
  const waiting = async () => (await missed()).filter(({ kind }) => kind === "actions");
  const both = ["dr-one", "dr-two"].map((drone) => ({ kind: "actions", drone }));
  expect(await waiting()).toEqual(both);
  expect(await waiting()).toEqual(both);
  for (const { action_id } of await store.pendingActions("dr-two")) {
    await store.ackAction("dr-two", action_id);
  }
  expect(await waiting()).toEqual(both.slice(0, 1));
  await store.terminate({ id: other, kind: "soft", reason: "external", graceSeconds: null });
  expect(await waiting()).toEqual(both);
});

test("a row that got its number early and was committed late is told of", async () => {
  const { url, store, missed, clock } = await aReplay();
  await missed();
  const early = await spawned(store);
  const writer = new pg.Client({ connectionString: url });
  await writer.connect();
  onTestFinished(() => writer.end());
  await writer.query("begin");
  await writer.query(
    `insert into timeline (backend_id, status, rank, at, state) values ($1, 'loading', 2, 0, '{}')`,
    [early],
  );
  const later = await spawned(store);
  expect(backendsOf(await missed())).toEqual([early, later]);
  await clock.advance(5_000);
  expect(backendsOf(await missed())).toEqual([]);
  await clock.advance(5_000);
  await writer.query("commit");
  expect(backendsOf(await missed())).toEqual([early]);
});

test("a backend that has moved is told of, though its timeline says nothing", async () => {
  const { store, missed } = await aReplay();
  const id = await spawned(store);
  const ready = (host: string) =>
    store.recordReport({
      drone: "dr-one",
      id,
      state: { status: "ready", address: { ...ADDRESS, host } },
      ageMs: 0,
    });
  await ready("10.0.0.2");
  await missed();
  await missed();
  await ready("10.0.0.3");
  expect(backendsOf(await missed())).toEqual([id]);
  expect(backendsOf(await missed())).toEqual([]);
  await ready("10.0.0.4");
  expect(backendsOf(await missed())).toEqual([id]);
});

test("a revocation is told of once", async () => {
  const { store, missed, clock } = await aReplay();
  const id = await spawned(store);
  await missed();
  await store.revokeTokens(id, null);
  const revocations = async () => (await missed()).filter(({ kind }) => kind === "revocation");
  const [told, ...others] = await revocations();
  expect(told?.kind === "revocation" && (await store.revocation(told.seq))).toEqual({
    ...{ backend_id: id, generation: 0 },
  });
  expect(others).toEqual([]);
  for (let round = 0; round < 5; round += 1) {
    await clock.advance(5_000);
    expect(await revocations()).toEqual([]);
  }
  await store.revokeTokens(id, "ada");
  expect(await revocations()).toHaveLength(1);
});

test("a long absence is read page by page, and nothing of it is left out", async () => {
  const { url, missed } = await aReplay();
  await missed();
  await ask(
    url,
    `insert into timeline (backend_id, status, rank, at, state)
      select 'be-' || i, 'scheduled', 0, 0, '{}' from generate_series(1, 3500) i`,
  );
  const told = backendsOf(await missed());
  expect(told).toHaveLength(3_500);
  expect(new Set(told).size).toBe(3_500);
});

test("rounds read by index, however much has happened before", async () => {
  const { url } = await aReplay();
  await ask(
    url,
    `insert into timeline (backend_id, status, rank, at, state)
      select 'be-' || i, 'scheduled', 0, 0, '{}' from generate_series(1, 20000) i;
    insert into actions (id, backend_id, drone, verb, created_at)
      select 'be-' || i || '.spawn', 'be-' || i, 'dr-' || (i % 10), 'spawn', 0 from generate_series(1, 20000) i;
    update actions set acked_at = 1 where seq < 19000;
    insert into backends (id, namespace, key_name, tag, fencing_token, cluster, pool, drone, image,
        labels, access, config, status, rank, state, created_at, status_at, last_active_at, moved_at)
      select 'be-' || i, '', i, '', i, '', '', 'dr-1', '', '{}', 'token', '{}', 'ready', 4, '{}', 0, 0, 0,
        case when i % 100 = 0 then i end from generate_series(1, 20000) i;
    insert into revocations (backend_id, generation, revoked_at)
      select 'be-' || i, i, i from generate_series(1, 20000) i;
    analyze timeline, actions, backends, revocations`,
  );
  const plans = [
    [TIMELINE, [19_900, 1_000]],
    [MOVED, [1_700_000_000_000, "", 1_000]],
    [REVOKED, [1_700_000_000_000, 0, 1_000]],
    [WAITING, []],
  ] as const;
  for (const [text, values] of plans) {
    const rows = await ask<{ "QUERY PLAN": string }>(url, `explain ${text}`, [...values]);
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    expect(plan).not.toMatch(/Seq Scan|CTE Scan on (?!waiting)/);
  }
});
