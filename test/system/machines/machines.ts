import { type ChildProcess, execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { ensureCommand } from "../../../scripts/debian.ts";
import { hasEnded, isAlive, signal } from "../../../scripts/processes.ts";
import { type TempDir, tempDir } from "../../harness/temp-dir.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { Machine } from "./machine.ts";
import { commandOf, configure, hold, neighboursOf } from "./namespaces.ts";

const run = promisify(execFile);

export interface MachinesOptions {
  /** Each with its addresses; the first is what it speaks from. */
  machines: Readonly<Record<string, readonly string[]>>;
  /** What an address is called, beside the machines' own names. */
  names: Readonly<Record<string, readonly string[]>>;
  /** The address that answers for all other names. */
  nameServer: string;
  /** What each shell finds in its environment. */
  env: Readonly<Record<string, string>>;
}

/**
 * Machines on one wire, made of namespaces: each has addresses, ports and a name of its own, its own /run and
 * /var/lib, and a home; /etc is one copy for all. Nothing of it is seen outside, and all of it goes with
 * the processes that hold it.
 */
export class Machines implements AsyncDisposable {
  readonly dir: TempDir;
  readonly #holders = new Map<string, ChildProcess>();
  readonly #machines = new Map<string, Machine>();

  private constructor(dir: TempDir) {
    this.dir = dir;
  }

  static async start(options: MachinesOptions): Promise<Machines> {
    await ensureCommand("ip", "iproute2");
    const machines = new Machines(await tempDir());
    try {
      await machines.#start(options);
      return machines;
    } catch (error) {
      await machines[Symbol.asyncDispose]().catch(() => undefined);
      throw error;
    }
  }

  at(name: string): Machine {
    const machine = this.#machines.get(name);
    if (machine === undefined) throw new Error(`there is no machine ${name}`);
    return machine;
  }

  /** A file below /etc, for all machines. */
  async writeEtc(name: string, content: string): Promise<void> {
    const path = join(this.dir.path, "etc", name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }

  async #start({ machines, names, nameServer, env }: MachinesOptions): Promise<void> {
    await run("cp", ["-a", "/etc", join(this.dir.path, "etc")]);
    const others = Object.entries(names).map(([address, called]) => [address, ...called].join(" "));
    await this.writeEtc("hosts", `127.0.0.1 localhost\n${others.join("\n")}\n`);
    await this.writeEtc("resolv.conf", `nameserver ${nameServer}\noptions timeout:1 attempts:1\n`);
    const wire = await this.#hold("wire", []);
    await configure(wire, ["link add br0 type bridge", "link set dev br0 up"]);
    for (const [name, addresses] of Object.entries(machines)) {
      const home = join(this.dir.path, "home", name);
      await mkdir(home, { recursive: true });
      const pid = await this.#hold(name, await this.#mounts(name));
      await plug(wire, pid, addresses);
      this.#machines.set(name, new Machine({ name, pid, home, env }));
    }
  }

  async #hold(name: string, prepare: readonly string[]): Promise<number> {
    const holder = await hold(name, prepare);
    this.#holders.set(name, holder);
    return holder.pid ?? 0;
  }

  /** What is a machine's own of its file system. */
  async #mounts(name: string): Promise<string[]> {
    const own = join(this.dir.path, "own", name);
    for (const folder of ["lib", "backups"]) await mkdir(join(own, folder), { recursive: true });
    return [
      `mount --bind ${join(this.dir.path, "etc")} /etc`,
      `mount --bind ${join(own, "lib")} /var/lib`,
      `mount --bind ${join(own, "backups")} /var/backups`,
      "mount -t tmpfs tmpfs /run",
    ];
  }

  /** A guard looks once more whether it is needed before it goes. */
  async #untilQuiet(): Promise<void> {
    const pids = () => [...this.#holders.values()].flatMap(({ pid = 0 }) => neighboursOf(pid));
    await waitFor("quiet", () => !pids().some(isAlive)).catch(() => undefined);
  }

  /** What was started there and has not ended by then is a leak. */
  async [Symbol.asyncDispose](): Promise<void> {
    const left: string[] = [];
    await this.#untilQuiet();
    for (const [name, holder] of this.#holders) {
      for (const pid of neighboursOf(holder.pid ?? 0).filter(isAlive)) {
        left.push(`${name}: ${commandOf(pid)}`);
        signal(pid, "SIGKILL");
      }
      holder.kill("SIGKILL");
      if (!hasEnded(holder)) await once(holder, "exit");
    }
    await this.dir[Symbol.asyncDispose]();
    if (left.length > 0) throw new Error(`left behind:\n${left.join("\n")}`);
  }
}

/** Puts a machine on the wire. Every address is at its other end. */
async function plug(wire: number, pid: number, addresses: readonly string[]): Promise<void> {
  const port = `m${pid}`;
  const there = ["eth0", "netns", String(pid)];
  const here = [port, "netns", String(wire)];
  await run("ip", ["link", "add", ...there, "type", "veth", "peer", "name", ...here]);
  await configure(wire, [`link set dev ${port} master br0`, `link set dev ${port} up`]);
  await configure(pid, [
    ...addresses.map((address) => `addr add ${address}/32 dev eth0`),
    "link set dev eth0 up",
    `route add default dev eth0 src ${addresses[0]}`,
  ]);
}
