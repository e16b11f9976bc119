import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { openSync, readFileSync, rmSync } from "node:fs";
import { appendFile, chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import pg from "pg";
import { canInstallPackages } from "./debian.ts";
import { findPrograms, installServer } from "./postgres-programs.ts";
import { hasEnded, isAlive, signal, withChildren } from "./processes.ts";

const run = promisify(execFile);
const START_DEADLINE_MS = 30_000;

/** A PostgreSQL server of one's own: empty, in a folder of its own, gone when it is disposed of. */
export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  /** Of a database in it, with the superuser's name and password. */
  url(database?: string): string;
  /** Every process of it dies at once, as when the machine fails. `restart` brings it back. */
  kill9(): Promise<void>;
  /** Stops it, cutting every connection, if it runs, and starts it on the same port and data. */
  restart(): Promise<void>;
  /** All of it stands still: connections stay open, nothing answers. */
  pause(): void;
  resume(): void;
}

export interface PostgresOptions {
  /** Whether a commit outlives a loss of power. Default: true. Without, it still outlives `kill9`. */
  durable?: boolean;
  /** The address where it listens. Default: 127.0.0.1. */
  host?: string;
}

/** The folder of the programs `initdb` and `postgres`; as root on Debian or Ubuntu they are installed if missing. */
export async function ensurePostgres(): Promise<string> {
  const found = findPrograms();
  if (found !== undefined) return found;
  if (!canInstallPackages()) {
    throw new Error("there is no PostgreSQL: install its server, with `postgres` in the PATH");
  }
  await installServer();
  const installed = findPrograms();
  if (installed === undefined) throw new Error("the package postgresql has brought no server");
  return installed;
}

/** Resolves once it answers. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const { durable = true, host = "127.0.0.1" } = options;
  const programs = await ensurePostgres();
  const folder = await mkdtemp(join(tmpdir(), "hangar-postgres-"));
  const owner = await serverUser();
  if (owner !== undefined) await chown(folder, owner.uid, owner.gid);
  const password = randomBytes(16).toString("hex");
  const server = new OwnServer({ programs, folder, owner, password, durable, host });
  try {
    await server.make();
    await server.start();
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

interface Owner {
  uid: number;
  gid: number;
}

/** PostgreSQL refuses to run as root; Debian's package has made a user for it. */
async function serverUser(): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (flag: string) => Number((await run("id", [flag, "postgres"])).stdout);
  return { uid: await id("-u"), gid: await id("-g") };
}

interface ServerPlace {
  programs: string;
  folder: string;
  owner: Owner | undefined;
  password: string;
  durable: boolean;
  host: string;
}

class OwnServer implements PostgresServer {
  port = 0;
  readonly #place: ServerPlace;
  readonly #data: string;
  #main: ChildProcess | undefined;
  readonly #atExit = () => this.#endAtOnce();

  constructor(place: ServerPlace) {
    this.#place = place;
    this.#data = join(place.folder, "data");
    process.once("exit", this.#atExit);
  }

  url(database = "postgres"): string {
    const { host, password } = this.#place;
    return `postgres://postgres:${password}@${host}:${this.port}/${database}`;
  }

  async make(): Promise<void> {
    const { programs, folder, owner, password } = this.#place;
    const passwordFile = join(folder, "password");
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (owner !== undefined) await chown(passwordFile, owner.uid, owner.gid);
    const options = ["--username=postgres", "--auth=password", "--encoding=UTF8", "--no-sync"];
    await run(
      join(programs, "initdb"),
      [...options, `--pwfile=${passwordFile}`, "--locale=C.UTF-8", this.#data],
      { ...owner, cwd: folder },
    );
    await rm(passwordFile);
    await appendFile(join(this.#data, "pg_hba.conf"), "host all all all password\n");
    this.port = await freePort(this.#place.host);
  }

  async start(): Promise<void> {
    const { programs, folder, owner, durable, host } = this.#place;
    const settings = {
      listen_addresses: host,
      port: this.port,
      unix_socket_directories: folder,
      max_connections: 300,
      ...(durable ? {} : { fsync: "off", full_page_writes: "off" }),
    };
    const log = openSync(join(folder, "log"), "a", 0o600);
    const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    this.#main = spawn(join(programs, "postgres"), ["-D", this.#data, ...flags], {
      ...owner,
      cwd: folder,
      stdio: ["ignore", log, log],
    });
    await this.#untilItAnswers(this.#main);
  }

  async #untilItAnswers(main: ChildProcess): Promise<void> {
    const deadline = performance.now() + START_DEADLINE_MS;
    while (performance.now() < deadline && main.exitCode === null) {
      if (await answers(this.url())) return;
      await delay(20);
    }
    const log = readFileSync(join(this.#place.folder, "log"), "utf8");
    throw new Error(`PostgreSQL does not start: ${log.trimEnd().split("\n").slice(-5).join("; ")}`);
  }

  async kill9(): Promise<void> {
    this.#signalMain("SIGSTOP");
    const pids = this.#pids();
    for (const pid of pids) signal(pid, "SIGKILL");
    await until("its processes are gone", () => !pids.some(isAlive));
    this.#main = undefined;
  }

  async restart(): Promise<void> {
    await this.#stop("SIGINT");
    await this.start();
  }

  async #stop(how: NodeJS.Signals): Promise<void> {
    this.resume();
    this.#signalMain(how);
    const main = this.#main;
    if (main !== undefined) await until("it has stopped", () => hasEnded(main));
    this.#main = undefined;
  }

  pause(): void {
    this.#signalMain("SIGSTOP");
    for (const pid of this.#pids()) signal(pid, "SIGSTOP");
  }

  resume(): void {
    for (const pid of this.#pids()) signal(pid, "SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.removeListener("exit", this.#atExit);
    await this.#stop("SIGQUIT");
    await rm(this.#place.folder, { recursive: true, force: true });
  }

  #endAtOnce(): void {
    for (const pid of this.#pids()) signal(pid, "SIGKILL");
    rmSync(this.#place.folder, { recursive: true, force: true });
  }

  #signalMain(name: NodeJS.Signals): void {
    if (this.#main?.pid !== undefined && !hasEnded(this.#main)) signal(this.#main.pid, name);
  }

  #pids(): number[] {
    const main = this.#main?.pid;
    return main === undefined ? [] : withChildren(main);
  }
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + START_DEADLINE_MS;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited for PostgreSQL in vain: ${what}`);
    await delay(10);
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await new Promise((resolve, reject) => server.once("listening", resolve).once("error", reject));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}
