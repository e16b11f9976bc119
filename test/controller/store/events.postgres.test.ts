import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { aDatabase, aPostgresStore } from "../../harness/postgres-database.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { readyDrone, spawned } from "./a-store.ts";

const ALL = { from: { after: 0 }, limit: 100 };

async function aWriter(url: string): Promise<pg.Client> {
  const writer = new pg.Client({ connectionString: url });
  await writer.connect();
  onTestFinished(() => writer.end());
  return writer;
}

const WRITE = `insert into timeline (backend_id, status, rank, at, state)
  values ($1, 'loading', 2, 0, '{"status":"loading"}')`;

async function aBackend() {
  const url = await aDatabase();
  const store = await aPostgresStore(url);
  await readyDrone(store, "dr-one");
  return { url, store, id: await spawned(store) };
}

test("an event that got its place early and was committed late is not passed over", async () => {
  const { url, store, id } = await aBackend();
  const writer = await aWriter(url);
  await writer.query("begin");
  await writer.query(WRITE, [id]);
  // Its place is after the one that is held open, and it is committed before.
  const later = await spawned(store);
  let page: Awaited<ReturnType<typeof store.listEvents>> | undefined;
  const reading = store.listEvents(ALL).then((answer) => {
    page = answer;
  });
  await waitFor(
    "the row that is committed",
    async () => (await store.getBackend(later)) !== undefined,
  );
  expect(page).toBeUndefined();
  await writer.query("commit");
  await reading;
  expect(page?.events.map(({ id, state }) => [id, state.status])).toEqual([
    [id, "scheduled"],
    [id, "loading"],
    [later, "scheduled"],
  ]);
});

test("a place whose transaction is undone holds up nobody", async () => {
  const { url, store, id } = await aBackend();
  const writer = await aWriter(url);
  await writer.query("begin");
  await writer.query(WRITE, [id]);
  const later = await spawned(store);
  const reading = store.listEvents(ALL);
  await writer.query("rollback");
  const page = await reading;
  expect(page.events.map((event) => event.id)).toEqual([id, later]);
  expect(page.reached).toBe((page.events[0]?.seq ?? 0) + 2);
});

test("a long transaction that writes no events does not hold them up", async () => {
  const { url, store, id } = await aBackend();
  const writer = await aWriter(url);
  await writer.query("begin");
  await writer.query("update backends set tag = tag where id = $1", [id]);
  await writer.query("select * from timeline");
  const later = await spawned(store);
  const page = await store.listEvents(ALL);
  expect(page.events.map((event) => event.id)).toEqual([id, later]);
});

test("readers and many writers at once: everybody reads the same order, each event once", async () => {
  const { store } = await aBackend();
  const drones = Array.from({ length: 10 }, (_, index) => `dr-${index}`);
  for (const drone of drones) await readyDrone(store, drone);
  const read: number[] = [];
  let after = 0;
  let isWriting = true;
  const reader = (async () => {
    for (;;) {
      const last = !isWriting;
      const page = await store.listEvents({ from: { after }, limit: 1_000 });
      read.push(...page.events.map(({ seq }) => seq));
      after = page.reached;
      if (last) return;
    }
  })();
  const spawns = Array.from({ length: 15 }, () => drones.map((drone) => spawned(store, { drone })));
  await Promise.all(spawns.flat());
  isWriting = false;
  await reader;
  const { events } = await store.listEvents({ from: { after: 0 }, limit: 1_000 });
  expect(read).toEqual(events.map(({ seq }) => seq));
  expect(read).toHaveLength(151);
});
