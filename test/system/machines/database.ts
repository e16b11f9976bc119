import { execFile } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ensureCommand } from "../../../scripts/debian.ts";
import { startPostgres } from "../../../scripts/postgres.ts";
import { assemble } from "../../../src/shared/service-stack.ts";
import { waitFor } from "../../harness/wait-for.ts";
import type { Machine } from "./machine.ts";

const run = promisify(execFile);

export interface MachineDatabase extends AsyncDisposable {
  /** What its superuser's commands find in the environment of their own machine. */
  readonly superuser: Readonly<Record<string, string>>;
}

/** PostgreSQL at the usual port of a machine. The server itself runs outside, and is reached by its socket. */
export async function startDatabase(machine: Machine): Promise<MachineDatabase> {
  await ensureCommand("haproxy", "haproxy");
  return await assemble(async (stack) => {
    const server = stack.use(await startPostgres({ durable: false }));
    const asked = ["--no-align", "--tuples-only", "--command", "show unix_socket_directories"];
    const { stdout } = await run("psql", [...asked, server.url()]);
    const socket = join(stdout.trim(), `.s.PGSQL.${server.port}`);
    const config = join(machine.home, "database.cfg");
    await writeFile(config, relay(machine.name, socket));
    const relaying = machine.serve(`exec haproxy -db -f '${config}'`);
    stack.defer(async () => void (await relaying.stop()));
    const { username: PGUSER, password: PGPASSWORD } = new URL(server.url());
    const superuser = { PGHOST: machine.name, PGUSER, PGPASSWORD };
    const answers = async () => (await machine.run("psql -c 'select 1'", { env: superuser })).code;
    await waitFor("the database", async () => (await answers()) === 0);
    return { superuser };
  });
}

function relay(name: string, socket: string): string {
  const timeouts = ["connect 5s", "client 1h", "server 1h"].map((text) => `  timeout ${text}\n`);
  const listening = `listen database\n  bind ${name}:5432\n  server one unix@${socket}\n`;
  return `defaults\n  mode tcp\n${timeouts.join("")}${listening}`;
}

/** The database of the documents, as its operator has made it. */
export async function openDatabase(machine: Machine): Promise<AsyncDisposable> {
  const database = await startDatabase(machine);
  const role = `psql --command "create role hangar login password 'secret'"`;
  const { superuser } = database;
  await machine.ask(`${role} && createdb --owner hangar hangar`, { env: superuser });
  await writePasswordFile(machine, "secret");
  return database;
}

/** So that a URL needs no password in it. */
export async function writePasswordFile(machine: Machine, password: string): Promise<void> {
  const file = join(machine.home, ".pgpass");
  await writeFile(file, `*:5432:*:hangar:${password}\n`);
  await chmod(file, 0o600);
}
