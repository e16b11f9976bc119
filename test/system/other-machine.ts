import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ensureCommand } from "../../scripts/debian.ts";

const run = promisify(execFile);

/** Another machine as far as the network goes: a namespace of its own at the end of a link. */
export class OtherMachine implements AsyncDisposable {
  readonly #name: string;
  /** This machine's address on the link. */
  readonly here: string;
  readonly there: string;

  private constructor(name: string, subnet: number) {
    this.#name = name;
    this.here = `10.251.${subnet}.1`;
    this.there = `10.251.${subnet}.2`;
  }

  static async start(): Promise<OtherMachine> {
    await ensureCommand("ip", "iproute2");
    const subnet = process.pid % 250;
    const machine = new OtherMachine(`hangar-${subnet}`, subnet);
    await machine.#link();
    return machine;
  }

  /** The words before a command that is to run there. */
  get run(): string[] {
    return ["ip", "netns", "exec", this.#name];
  }

  async #link(): Promise<void> {
    const [ours, theirs] = [`${this.#name}-a`, `${this.#name}-b`];
    await ip("netns", "add", this.#name);
    await ip("link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", this.#name);
    await ip("addr", "add", `${this.here}/24`, "dev", ours);
    await ip("link", "set", ours, "up");
    await ip("-n", this.#name, "addr", "add", `${this.there}/24`, "dev", theirs);
    await ip("-n", this.#name, "link", "set", theirs, "up");
    await ip("-n", this.#name, "link", "set", "lo", "up");
  }

  /** The link goes with the namespace. */
  async [Symbol.asyncDispose](): Promise<void> {
    await ip("netns", "del", this.#name);
  }
}

async function ip(...words: string[]): Promise<void> {
  await run("ip", words);
}
