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
