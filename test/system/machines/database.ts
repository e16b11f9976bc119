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
/** As it stands in the documents' URLs. */
export const PASSWORD = "secret";

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
    await writePasswordFile(machine);
    await waitFor("the database", async () => (await answers()) === 0);
    return { superuser };
  });
}

function relay(name: string, socket: string): string {
  const timeouts = ["connect 5s", "client 1h", "server 1h"].map((text) => `  timeout ${text}\n`);
  const listening = `listen database\n  bind ${name}:5432\n  server one unix@${socket}\n`;
  return `defaults\n  mode tcp\n${timeouts.join("")}${listening}`;
}

/** The database of the documents, as its operator has made it, with a password that is known to them. */
export async function makeDatabase(
  machine: Machine,
  { superuser: env }: MachineDatabase,
): Promise<void> {
  const role = `psql --command "create role hangar login password '${PASSWORD}'"`;
  await machine.ask(`${role} && createdb --owner hangar hangar`, { env });
}

export async function dropDatabase(
  machine: Machine,
  { superuser: env }: MachineDatabase,
): Promise<void> {
  await machine.ask("dropdb --force --if-exists hangar && dropuser --if-exists hangar", { env });
}

/** So that a URL needs no password in it. */
async function writePasswordFile(machine: Machine): Promise<void> {
  const file = join(machine.home, ".pgpass");
  await writeFile(file, `*:5432:*:hangar:${PASSWORD}\n`);
  await chmod(file, 0o600);
}
