import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import pg from "pg";
import { startPostgres } from "../../scripts/postgres.ts";
import { OTHER_CORE } from "../part.ts";
import { familyCpuMs, pinFamily } from "../process-usage.ts";
import { copyRows, type SqlConnection } from "./copy-rows.ts";
import type { StoreName } from "./options.ts";

/** An empty database, and what a benchmark wants of it. */
export interface BenchDatabase extends AsyncDisposable {
  readonly store: StoreName;
  readonly dataDir: string;
  /** What the controller is told; undefined for SQLite in the data dir. */
  readonly url: string | undefined;
  /** While no controller is there. */
  fill(...wanted: FillArguments): Promise<void>;
  /** CPU time that its own processes have taken. */
  cpuMs(): number;
}

type FillArguments = Parameters<typeof copyRows> extends [unknown, ...infer Rest] ? Rest : never;

export function openDatabase(store: StoreName): Promise<BenchDatabase> {
  return store === "SQLite" ? sqliteDatabase() : postgresDatabase();
}

async function sqliteDatabase(): Promise<BenchDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), "hangar-bench-"));
  return {
    store: "SQLite",
    dataDir,
    url: undefined,
    async fill(...wanted) {
      const database = new Database(join(dataDir, "hangar.db"));
      database.pragma("synchronous = OFF");
      const columns = database.prepare("select name from pragma_table_info(?)").pluck();
      const connection = {
        columnsOf: async (table: string) => columns.all(table) as string[],
        run: async (sql: string) => void database.exec(sql),
      };
      await copyRows(connection, ...wanted);
      database.close();
    },
    cpuMs: () => 0,
    [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true, force: true }),
  };
}

/** A server of its own on the other core, which waits for the disk as one in earnest does. */
async function postgresDatabase(): Promise<BenchDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), "hangar-bench-"));
  const server = await startPostgres();
  const url = server.url();
  const pid = await withClient(url, mainProcess);
  pinFamily(pid, OTHER_CORE);
  return {
    store: "PostgreSQL",
    dataDir,
    url,
    fill: (...wanted) =>
      withClient(url, async (client) => {
        await copyRows(connectionOf(client), ...wanted);
        await client.query("vacuum analyze");
      }),
    cpuMs: () => familyCpuMs(pid),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function connectionOf(client: pg.Client): SqlConnection {
  const columns = "select column_name from information_schema.columns where table_name = $1";
  return {
    async columnsOf(table) {
      const { rows } = await client.query<{ column_name: string }>(columns, [table]);
      return rows.map(({ column_name }) => column_name);
    },
    run: async (sql) => void (await client.query(sql)),
  };
}

async function mainProcess(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ lines: string }>(
    "select pg_read_file('postmaster.pid') as lines",
  );
  return Number.parseInt(rows[0]?.lines ?? "", 10);
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
