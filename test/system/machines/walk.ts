import { join } from "node:path";
import { expect } from "vitest";
import { type DocBlock, docBlocks } from "../../harness/doc-blocks.ts";
import type { Machine, Service, ShellOptions } from "./machine.ts";
import { startServing } from "./serving.ts";
import type { Stage } from "./stage.ts";
import type { MachineName, World } from "./world.ts";

/** Kinds of blocks that are for machines. */
const OF_MACHINES = ["on", "serve", "haproxy", "zone", "systemd"];

/** A document whose commands run as they stand, each on its machine, as somebody does who follows it. */
export class Walk {
  readonly #world: World;
  readonly #blocks: readonly DocBlock[];
  readonly #done = new Set<DocBlock>();
  readonly #ran: Set<string>;

  constructor({ ran, world }: Pick<Stage, "ran" | "world">, document: string) {
    this.#world = world;
    this.#ran = ran;
    this.#blocks = docBlocks(document).filter(({ kind }) => OF_MACHINES.includes(kind));
  }

  /** The one block of a kind that has this in it. */
  block(kind: string, part: string): DocBlock {
    const found = this.#blocks.filter((each) => each.kind === kind && each.text.includes(part));
    expect(found, `${kind}: ${part}`).toHaveLength(1);
    const [block] = found as [DocBlock];
    this.#done.add(block);
    return block;
  }

  /** Runs a block to its end; gives what it prints. */
  async run(part: string, options: ShellOptions = {}): Promise<string> {
    const { name, text } = this.block("on", part);
    const machine = this.#world.at(name as MachineName);
    const exported = exportedOn(machine);
    const lines = `${exported.read}\n${text}\n${exported.write}`;
    return await machine.ask(lines, { cwd: this.#world.folder, ...options });
  }

  /** Starts each of a block's commands on its machine, with what was exported there, and tells of each. */
  async serveAll(
    part: string,
    { started, ...options }: ShellOptions & { started?(): Promise<void> } = {},
  ): Promise<Service[]> {
    const { name, text } = this.block("serve", part);
    const lines = linesOf(text);
    const names = name.split(",") as MachineName[];
    expect(names, text).toHaveLength(lines.length);
    const services: Service[] = [];
    for (const [index, line] of lines.entries()) {
      const machine = this.#world.at(names[index] as MachineName);
      const before = exportedOn(machine).read;
      const place = { cwd: this.#world.folder, before, ...options };
      services.push(await startServing(machine, line, place));
      this.#ran.add(line);
      await started?.();
    }
    return services;
  }

  async serve(part: string, options: ShellOptions = {}): Promise<Service> {
    const [service, another] = await this.serveAll(part, options);
    if (service === undefined || another !== undefined) throw new Error(`not one: ${part}`);
    return service;
  }

  /** Those that nobody has run. */
  left(): DocBlock[] {
    return this.#blocks.filter((block) => !this.#done.has(block));
  }
}

/** Each command of some shell on a line of its own, its words one space apart. */
function linesOf(text: string): string[] {
  const lines = text.replaceAll("\\\n", " ").trim().split("\n");
  return lines.map((line) => line.replaceAll(/ +/g, " "));
}

/** What a shell exports in one block, the next one on its machine finds. */
function exportedOn({ home }: Machine): { read: string; write: string } {
  const file = `'${join(home, "exported")}'`;
  const own = "HANGAR_[A-Z_]*=";
  return {
    read: `touch ${file}; . ${file}`,
    write: `export -p | grep '${own}' > ${file} || true`,
  };
}
