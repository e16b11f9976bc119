import { join } from "node:path";
import { expect } from "vitest";
import { type DocBlock, docBlocks } from "../../harness/doc-blocks.ts";
import type { Machine, Service, ShellOptions } from "./machine.ts";
import { saidOnceServing } from "./serving.ts";
import type { MachineName, World } from "./world.ts";

/** Kinds of blocks that are for machines, which a comment names. */
const OF_MACHINES = ["on", "serve", "haproxy", "zone", "systemd"];

/** A document whose commands run as they stand, each on its machine, as somebody does who follows it. */
export class Walk {
  readonly #world: World;
  readonly #blocks: readonly DocBlock[];
  readonly #done = new Set<DocBlock>();

  constructor(world: World, document: string) {
    this.#world = world;
    this.#blocks = docBlocks(document).filter(({ kind }) => OF_MACHINES.includes(kind));
  }

  /** The one block that has this in it. */
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
    const exported = `'${join(machine.home, "exported")}'`;
    const lines = [`touch ${exported}; . ${exported}`, text, `export -p > ${exported}`];
    return await machine.ask(lines.join("\n"), { ...this.#place(), ...options });
  }

  /** Starts each of a block's commands on its machine. */
  async serve(part: string, options: ShellOptions = {}): Promise<Service[]> {
    const { name, text } = this.block("serve", part);
    const lines = text.replaceAll("\\\n", " ").trim().split("\n");
    const names = name.split(",") as MachineName[];
    expect(names, text).toHaveLength(lines.length);
    const services: Service[] = [];
    for (const [index, line] of lines.entries()) {
      const on = names[index];
      if (on !== undefined) services.push(await this.#start(this.#world.at(on), line, options));
    }
    return services;
  }

  async #start(machine: Machine, line: string, options: ShellOptions): Promise<Service> {
    const says = saidOnceServing(line);
    if (says === undefined) throw new Error(`it would end by itself: ${line}`);
    const exported = `'${join(machine.home, "exported")}'`;
    const script = `touch ${exported}; . ${exported}\nexec ${line}`;
    const service = machine.serve(script, { ...this.#place(), ...options });
    await service.until(says);
    return service;
  }

  #place(): ShellOptions {
    return { cwd: this.#world.folder };
  }

  /** The blocks that nobody has run. */
  left(): string[] {
    return this.#blocks.filter((block) => !this.#done.has(block)).map(({ place }) => place);
  }
}
