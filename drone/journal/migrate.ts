import type { Database } from "better-sqlite3";

/** Each brings the schema from the version of its index to the next. Released ones never change. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE backends (
    id TEXT PRIMARY KEY,
    spec TEXT NOT NULL,
    state TEXT NOT NULL,
    since INTEGER NOT NULL,
    ending TEXT
  ) STRICT;

  CREATE TABLE ended (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX ended_by_age ON ended (at);

  -- AUTOINCREMENT: an id is never used twice, so a late acknowledgement cannot hit another report.
  CREATE TABLE reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    backend_id TEXT NOT NULL,
    state TEXT NOT NULL,
    occurred_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX reports_by_backend ON reports (backend_id);
  `,
  `
  ALTER TABLE backends ADD COLUMN unconfirmed TEXT;
  ALTER TABLE backends ADD COLUMN deadlines TEXT;
  ALTER TABLE backends ADD COLUMN handle TEXT;

  -- In ms of the drone's own clock.
  CREATE TABLE lease (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    clock TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    renew_at INTEGER NOT NULL,
    soft_at INTEGER NOT NULL,
    hard_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE refused (
    action_id TEXT PRIMARY KEY,
    because TEXT NOT NULL,
    given_up INTEGER NOT NULL,
    at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX refused_by_age ON refused (at);

  -- Whose instances they are; for the guard, which reads nothing but the journal.
  CREATE TABLE owner (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    drone TEXT NOT NULL,
    cluster TEXT NOT NULL
  ) STRICT;
  `,
];

export function migrate(database: Database): void {
  const version = Number(database.pragma("user_version", { simple: true }));
  if (version > MIGRATIONS.length) {
    throw new Error(
      `the journal has version ${version}, made by a newer drone; this one knows ${MIGRATIONS.length}`,
    );
  }
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < version) continue;
    database.transaction(() => {
      database.exec(sql);
      database.pragma(`user_version = ${index + 1}`);
    })();
  }
}
