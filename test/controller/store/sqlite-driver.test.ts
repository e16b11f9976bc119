import Database from "better-sqlite3";
import { Kysely, sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import { kyselySqlite } from "../../../controller/store/sqlite/kysely-dialect.ts";

interface Tables {
  notes: { id: number; text: string };
  replies: { id: number; note: number };
}

/** A database of two tables, and what was committed so far, as another process sees it. */
async function aDatabase() {
  const commits: string[] = [];
  const database = new Database(":memory:", {
    verbose: (statement) => {
      if (statement === "commit") commits.push(String(statement));
    },
  });
  database.exec(`pragma foreign_keys = on;
    create table notes (id integer primary key, text text not null unique on conflict rollback);
    create table replies (id integer primary key,
      note integer not null references notes deferrable initially deferred)`);
  const db = new Kysely<Tables>({ dialect: kyselySqlite(database) });
  onTestFinished(() => db.destroy());
  const note = (id: number, text = `note ${id}`) =>
    db.insertInto("notes").values({ id, text }).execute();
  const ids = async () => (await db.selectFrom("notes").select("id").execute()).map(({ id }) => id);
  return { db, database, commits, note, ids };
}

const inTheSameTurn = (works: readonly Promise<unknown>[]) =>
  Promise.allSettled(works).then((all) => all.map(({ status }) => status));

test("what ends in the same turn of the event loop is committed as one", async () => {
  const { db, commits, note, ids } = await aDatabase();
  const works = [1, 2, 3].map((id) =>
    db.transaction().execute(async (tx) => {
      await tx
        .insertInto("notes")
        .values({ id, text: `${id}` })
        .execute();
      await tx
        .updateTable("notes")
        .set({ text: `again ${id}` })
        .where("id", "=", id)
        .execute();
    }),
  );
  await Promise.all([...works, note(4), note(5)]);
  expect(commits.length).toBe(1);
  await note(6);
  expect(commits.length).toBe(2);
  expect(await ids()).toEqual([1, 2, 3, 4, 5, 6]);
});

test("a transaction is undone alone", async () => {
  const { db, commits, note, ids } = await aDatabase();
  const failing = db.transaction().execute(async (tx) => {
    await tx.insertInto("notes").values({ id: 2, text: "2" }).execute();
    throw new Error("changed its mind");
  });
  expect(await inTheSameTurn([note(1), failing, note(3)])).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  expect(commits.length).toBe(1);
  expect(await ids()).toEqual([1, 3]);
});

test("a commit that fails fails everybody in it, and whoever has read of it", async () => {
  const { db, note, ids } = await aDatabase();
  const orphan = db.transaction().execute(async (tx) => {
    await tx.insertInto("replies").values({ id: 1, note: 77 }).execute();
  });
  const outcomes = await inTheSameTurn([note(1), orphan, ids()]);
  expect(outcomes).toEqual(["rejected", "rejected", "rejected"]);
  expect(await ids()).toEqual([]);
  await note(2);
  expect(await ids()).toEqual([2]);
});

test("what the database itself undoes as a whole fails as a whole, and nothing goes on alone", async () => {
  const { db, note, ids } = await aDatabase();
  const stubborn = db.transaction().execute(async (tx) => {
    await tx.insertInto("notes").values({ id: 2, text: "2" }).execute();
    await tx
      .insertInto("notes")
      .values({ id: 3, text: "note 1" })
      .execute()
      .catch(() => undefined);
    await tx.insertInto("notes").values({ id: 4, text: "4" }).execute();
  });
  expect(await inTheSameTurn([note(1), stubborn])).toEqual(["rejected", "rejected"]);
  expect(await ids()).toEqual([]);
  await note(5);
  expect(await ids()).toEqual([5]);
});

test("a transaction that takes long is never cut in two", async () => {
  const { db, commits, note, ids } = await aDatabase();
  const slow = db.transaction().execute(async (tx) => {
    await tx.insertInto("notes").values({ id: 1, text: "1" }).execute();
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(commits.length).toBe(0);
    await tx.insertInto("notes").values({ id: 2, text: "2" }).execute();
  });
  await Promise.all([slow, note(3)]);
  expect(await ids()).toEqual([1, 2, 3]);
});

test("what cannot run within a transaction runs after it", async () => {
  const { db, note } = await aDatabase();
  await Promise.all([note(1), sql`vacuum`.execute(db), note(2)]);
});

test("a database that is closed waits for a transaction to end, and keeps no half of one", async () => {
  const { db, note, database } = await aDatabase();
  await note(1);
  const slow = db.transaction().execute(async (tx) => {
    await tx.insertInto("notes").values({ id: 2, text: "2" }).execute();
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(database.open).toBe(true);
    await tx.insertInto("notes").values({ id: 3, text: "3" }).execute();
  });
  await new Promise((resolve) => setImmediate(resolve));
  const closed = db.destroy();
  await expect(slow).resolves.toBeUndefined();
  await closed;
  expect(database.open).toBe(false);
});
