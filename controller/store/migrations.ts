import { type Kysely, type Migration, Migrator, type RawBuilder, sql } from "kysely";
import { access } from "./schema/access.ts";
import { certificates } from "./schema/certificates.ts";
import { events } from "./schema/events.ts";
import { foundation } from "./schema/foundation.ts";
import { lifecycle } from "./schema/lifecycle.ts";
import { lighterTokens } from "./schema/lighter-tokens.ts";
import { proxies } from "./schema/proxies.ts";
import { revocations } from "./schema/revocations.ts";
import { services } from "./schema/services.ts";
import { traces } from "./schema/traces.ts";
import type { SqlDialect } from "./sql-dialect.ts";
import type { Tables } from "./tables.ts";

/** Applied in the order of their names; one that has been released is never changed. */
function migrations(dialect: SqlDialect): Record<string, Migration> {
  return {
    "0001-foundation": statements([...dialect.prelude, ...foundation(dialect.autoIncrement)]),
    "0002-lifecycle": statements(lifecycle(dialect)),
    "0003-lighter-tokens": statements(lighterTokens(dialect.keyedByText)),
    "0004-certificates": statements(certificates),
    "0005-proxies": statements(proxies),
    "0006-tokens": statements(revocations(dialect)),
    "0007-access": statements(access(dialect.autoIncrement)),
    "0008-events": statements(events),
    "0009-services": statements(services),
    "0010-traces": statements(traces),
  };
}

function statements(steps: readonly (string | RawBuilder<unknown>)[]): Migration {
  return {
    async up(db) {
      for (const step of steps) {
        await (typeof step === "string" ? sql.raw(step) : step).execute(db);
      }
    },
  };
}

/**
 * Brings a database to what this version of Hangar works with, all of it or nothing; returns the names
 * of what was applied. Of several that start at once, one does it, and the others wait for it.
 */
export async function migrate(db: Kysely<Tables>, dialect: SqlDialect): Promise<string[]> {
  const known = migrations(dialect);
  if (await isUpToDate(db, known)) return [];
  const provider = { getMigrations: async () => known };
  const { error, results = [] } = await new Migrator({ db, provider }).migrateToLatest();
  if (error === undefined) return results.map(({ migrationName }) => migrationName);
  // A newer Hangar may have been faster.
  await isUpToDate(db, known);
  throw new Error("cannot migrate the database", { cause: error });
}

/** The names of what `migrate` would apply. */
export async function pendingMigrations(
  db: Kysely<Tables>,
  dialect: SqlDialect,
): Promise<string[]> {
  const known = migrations(dialect);
  if (await isUpToDate(db, known)) return [];
  const done = await applied(db);
  return Object.keys(known).filter((name) => !done.includes(name));
}

/** Throws if the database has had migrations that this version does not know. */
async function isUpToDate(
  db: Kysely<Tables>,
  known: Readonly<Record<string, Migration>>,
): Promise<boolean> {
  const done = await applied(db);
  const unknown = done.filter((name) => !(name in known));
  if (unknown.length > 0) {
    throw new Error(
      `the database belongs to a newer Hangar, with its migration ${unknown.join(", ")}: use that version`,
    );
  }
  return done.length === Object.keys(known).length;
}

const RECORD = "kysely_migration";

async function applied(db: Kysely<Tables>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === RECORD)) return [];
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(RECORD)}`.execute(db);
  return rows.map(({ name }) => name);
}
