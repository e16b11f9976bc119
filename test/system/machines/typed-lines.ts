import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { readmeSnippet } from "../../harness/readme-snippet.ts";
import { waitFor } from "../../harness/wait-for.ts";
import type { Machine, Service } from "./machine.ts";
import { endInOrder, startServing } from "./serving.ts";
import type { Stage } from "./stage.ts";

const END_ALL = "hangar terminate --all --hard --wait";

/** Its backends would end by themselves, in their time. */
const WITH_NONE_LIVE = /^hangar drain .*--wait/;
/** It follows a backend to its end. */
const TO_ITS_END = /^hangar status -f/;
const ENDS = /terminate/;

const CONNECT = "hangar connect --key doc-42 --image room --user ada --label team=blue";

/** Lines that are typed into the shell of a box on which Hangar runs, with what they take for granted. */
export class TypedLines {
  readonly #stage: () => Stage;
  /** Of a backend that somebody has used. */
  #id: string | undefined;

  constructor(stage: () => Stage) {
    this.#stage = stage;
  }

  /** Hangar, as README.md starts it; an image; a browser that tells what it was to open; what fish makes on its first start. */
  async prepare(): Promise<Service> {
    const box = this.#box();
    await box.ask("docker build --tag room apps/room");
    await mkdir(join(box.home, ".config/fish/completions"), { recursive: true });
    const browser = '#!/bin/sh\necho "$1" > ~/opened\n';
    await writeFile(join(box.home, "browser"), browser, { mode: 0o755 });
    const up = box.serve(readmeSnippet("up"), { cwd: resolve(".") });
    await up.until(/Ctrl-C/);
    return up;
  }

  /** Rejects unless it ends well. */
  async type(line: string): Promise<void> {
    const box = this.#box();
    if (WITH_NONE_LIVE.test(line)) await this.endAll();
    await box.ask(await this.#withId(line), { env: { BROWSER: join(box.home, "browser") } });
    if (ENDS.test(line)) this.#id = undefined;
    this.#stage().ran.add(line);
  }

  /** Until it has said something, and then until it is stopped, or what it follows has ended. */
  async follow(line: string): Promise<void> {
    const service = await startServing(this.#box(), await this.#withId(line));
    if (TO_ITS_END.test(line)) {
      await this.endAll();
      await service.untilEnd();
    } else {
      await endInOrder(service);
    }
    this.#stage().ran.add(line);
  }

  async endAll(): Promise<void> {
    await this.#box().ask(END_ALL);
    this.#id = undefined;
  }

  /** What the browser was asked to open. */
  async opened(): Promise<string> {
    const file = join(this.#box().home, "opened");
    return await waitFor("a browser", () => readFile(file, "utf8").catch(() => ""));
  }

  async #withId(line: string): Promise<string> {
    if (!/\bID\b/.test(line)) return line;
    this.#id ??= await this.#connect();
    return line.replaceAll(/\bID\b/g, this.#id);
  }

  async #connect(): Promise<string> {
    const box = this.#box();
    const said = await box.ask(`${CONNECT} --max-idle 10m --wait --json | tee connected.json`);
    await box.ask("curl --fail --silent $(jq -r .url connected.json)");
    return JSON.parse(said).backend_id;
  }

  #box(): Machine {
    return this.#stage().world.at("box");
  }
}
