import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { waitFor } from "../../harness/wait-for.ts";
import { endInOrder, startServing } from "./serving.ts";
import type { Stage } from "./stage.ts";
import type { MachineName } from "./world.ts";

/** Where a line is typed that is not for the one box. */
const ELSEWHERE: Readonly<Record<string, MachineName>> = {
  "hangar context add prod --url https://hangar.example.com --api-key-file ~/prod.key --use":
    "second",
  "hangar ls --context prod": "second",
  "HANGAR_DATABASE=postgres://hangar@db/hangar hangar migrate": "db",
};

/** What has to be so beforehand. */
const BEFORE: Readonly<Record<string, string>> = {
  // Its backends would end by themselves, in their time.
  "hangar drain dr-box --terminate-after 5m --wait": "hangar terminate --all --hard --wait",
  "hangar doctor --url https://hangar.example.com --data-dir /var/lib/hangar":
    "cp --recursive ~/drone-keys /var/lib/hangar/keys",
};

/** What ends a line that follows something to its end. */
const UNTIL_ITS_END: Readonly<Record<string, string>> = {
  "hangar status -f ID": "hangar terminate --all --hard --wait",
};

const CONNECT = "hangar connect --key doc-42 --image room --user ada --label team=blue";

/** Lines that are typed into the shell of a box on which Hangar runs, with what they take for granted. */
export class TypedLines {
  readonly #stage: () => Stage;
  readonly #typed = new Set<string>();

  constructor(stage: () => Stage) {
    this.#stage = stage;
  }

  /** An image, a browser that says what it was to open, the keys of other machines. */
  async prepare(): Promise<void> {
    const { world } = this.#stage();
    const box = world.at("box");
    await box.ask("docker build --tag room apps/room");
    // As fish makes them when it is first started.
    await box.ask("mkdir --parents ~/.config/fish/completions");
    const browser = '#!/bin/sh\necho "$1" > ~/opened\n';
    await writeFile(join(box.home, "browser"), browser, { mode: 0o755 });
    await cp(join(world.folder, "admin.key"), join(world.at("second").home, "prod.key"));
    await mkdir(join(box.home, "drone-keys"));
    await cp(join(world.folder, "drone.key"), join(box.home, "drone-keys/drone.key"));
  }

  /** Rejects unless it ends well. */
  async type(line: string): Promise<void> {
    this.#typed.add(line);
    const machine = this.#stage().world.at(ELSEWHERE[line] ?? "box");
    const before = BEFORE[line];
    if (before !== undefined) await machine.ask(before);
    await machine.ask(await this.#withId(line), {
      env: { BROWSER: join(machine.home, "browser") },
    });
  }

  /** Until it has said something, and then until it is stopped, or what it follows has ended. */
  async follow(line: string): Promise<void> {
    this.#typed.add(line);
    const box = this.#stage().world.at("box");
    const service = await startServing(box, await this.#withId(line));
    const end = UNTIL_ITS_END[line];
    if (end !== undefined) await box.ask(end);
    await (end === undefined ? endInOrder(service) : service.untilEnd());
  }

  /** What is said above of lines that nobody has shown. */
  unused(): string[] {
    const lines = [ELSEWHERE, BEFORE, UNTIL_ITS_END].flatMap((each) => Object.keys(each));
    return lines.filter((line) => !this.#typed.has(line));
  }

  /** What the browser was asked to open. */
  async opened(): Promise<string> {
    const file = join(this.#stage().world.at("box").home, "opened");
    return await waitFor("a browser", () => readFile(file, "utf8").catch(() => ""));
  }

  /** With the id of a backend that somebody has used. */
  async #withId(line: string): Promise<string> {
    if (!/\bID\b/.test(line)) return line;
    const box = this.#stage().world.at("box");
    const said = await box.ask(`${CONNECT} --max-idle 10m --wait --json | tee connected.json`);
    await box.ask("curl --fail --silent $(jq -r .url connected.json)");
    return line.replaceAll(/\bID\b/g, JSON.parse(said).backend_id);
  }
}
