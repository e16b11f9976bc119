import { expect, onTestFinished, test } from "vitest";
import { PostgresBus } from "../../../controller/store/postgres/postgres-bus.ts";
import type { Change } from "../../../controller/store/store.ts";
import { startPostgres } from "../../../scripts/postgres.ts";
import type { BackendId } from "../../../src/protocol/ids.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { aMuteStore } from "../../harness/mute-postgres-store.ts";
import { aDatabase, aPostgresStore, ask } from "../../harness/postgres-database.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { readyDrone, spawned } from "./a-store.ts";

/** Longer than a pause between two looks at the tables. */
const REPLAYED_MS = 8_000;

function heardBy(store: { subscribe(listener: (change: Change) => void): () => void }) {
  const changes: Change[] = [];
  store.subscribe((change) => changes.push(change));
  const has = (id: BackendId) =>
    changes.some((change) => change.kind === "backend" && change.id === id);
  return { changes, has };
}

async function aBus(url: string): Promise<PostgresBus> {
  const bus = await PostgresBus.open({ clock: systemClock, log: recordingLog().log }, url);
  onTestFinished(() => bus[Symbol.asyncDispose]());
  return bus;
}

async function ownServer() {
  const server = await startPostgres({ durable: false });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

test("what one controller changes is heard by the other within 100 ms", async () => {
  const url = await aDatabase();
  const [one, two] = [await aPostgresStore(url), await aPostgresStore(url)];
  await readyDrone(one, "dr-one");
  const heard = heardBy(two);
  const tookMs: number[] = [];
  for (let round = 0; round < 11; round += 1) {
    const id = await spawned(one);
    const committedMs = performance.now();
    await waitFor("the change", () => heard.has(id));
    tookMs.push(performance.now() - committedMs);
  }
  tookMs.sort((a, b) => a - b);
  expect(tookMs[5]).toBeLessThan(100);
  expect(heard.changes).toContainEqual({ kind: "actions", drone: "dr-one" });
});

test("one's own changes are heard at once, and not again from the database", async () => {
  const url = await migrated(await aDatabase());
  const [bus, other] = [await aBus(url), await aBus(url)];
  const { changes } = heardBy(bus);
  const elsewhere = heardBy(other);
  bus.publish({ kind: "actions", drone: "dr-one" });
  expect(changes).toHaveLength(1);
  await waitFor("the other to hear", () => elsewhere.changes.length === 1);
  other.publish({ kind: "actions", drone: "dr-two" });
  await waitFor("the answer", () => changes.length > 1);
  expect(changes.map((change) => change.kind === "actions" && change.drone)).toEqual([
    "dr-one",
    "dr-two",
  ]);
});

test("many changes at once go out in few notes, each of them", async () => {
  const url = await migrated(await aDatabase());
  const [one, two] = [await aBus(url), await aBus(url)];
  const { changes } = heardBy(two);
  const drones = Array.from({ length: 5_000 }, (_, index) => `dr-${index}`);
  for (const drone of drones) one.publish({ kind: "actions", drone });
  await waitFor("all of them", () => changes.length >= drones.length);
  const heard = changes.map((change) => change.kind === "actions" && change.drone);
  expect(heard.sort()).toEqual(drones.sort());
});

test("a controller that dies between its commit and its note is made up for", async () => {
  const url = await aDatabase();
  const store = await aPostgresStore(url);
  const dying = aMuteStore(url);
  await readyDrone(dying, "dr-one");
  const heard = heardBy(store);
  const id = await spawned(dying);
  await waitFor("the backend", () => heard.has(id), REPLAYED_MS);
  await waitFor("its action", () => heard.changes.some(({ kind }) => kind === "actions"));
});

test("what happened while the connection was lost is heard once there is another", async () => {
  const url = await aDatabase();
  const store = await aPostgresStore(url);
  const dying = aMuteStore(url);
  await readyDrone(dying, "dr-one");
  const heard = heardBy(store);
  const id = await spawned(dying);
  const began = performance.now();
  await ask(
    url,
    `select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'hangar changes' and datname = current_database()`,
  );
  await waitFor("the backend", () => heard.has(id), 4_000);
  expect(performance.now() - began).toBeLessThan(4_000);
});

test("a database that was restarted carries changes again, and none is lost meanwhile", async () => {
  const server = await ownServer();
  const url = server.url();
  const store = await aPostgresStore(url);
  const dying = aMuteStore(url);
  await readyDrone(dying, "dr-one");
  const heard = heardBy(store);
  const before = await spawned(dying);
  await server.kill9();
  await server.restart();
  const after = await waitFor("the database", () => spawned(dying).catch(() => undefined));
  await waitFor("what was before", () => heard.has(before), REPLAYED_MS);
  await waitFor("what is after", () => heard.has(after), REPLAYED_MS);
  const other = await aPostgresStore(url);
  const last = await spawned(other);
  await waitFor("a note", () => heard.has(last), 2_000);
});

test("a bus closes though the database does not answer", async () => {
  const server = await ownServer();
  await migrated(server.url());
  const bus = await PostgresBus.open({ clock: systemClock, log: recordingLog().log }, server.url());
  server.pause();
  bus.publish({ kind: "actions", drone: "dr-one" });
  const began = performance.now();
  await bus[Symbol.asyncDispose]();
  expect(performance.now() - began).toBeLessThan(5_000);
});

async function migrated(url: string): Promise<string> {
  await aPostgresStore(url);
  return url;
}
