import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type PostgresServer, startPostgres } from "../../../../scripts/postgres.ts";
import { waitFor } from "../../../harness/wait-for.ts";
import {
  CONTROLLERS,
  type Controller,
  DRONES,
  type Drone,
  ENGINES,
  engineOf,
  PROXIES,
  type Proxy as ProxyName,
} from "../fault.ts";
import { importWitness } from "../image.ts";
import { type Endpoint, Link, type Wire } from "../link/link.ts";
import type { ChaosOptions } from "../options.ts";
import type { Recorder } from "../recorder.ts";
import { Engine } from "./engine.ts";
import { controllerWords, droneWords, proxyWords } from "./hangar-words.ts";
import { Part } from "./part.ts";
import {
  controllerPort,
  controllerUrl,
  databaseLinkPort,
  droneLinkPort,
  PROXY_PORT,
  proxyHost,
  proxyLinkPort,
} from "./places.ts";

export interface StageDeps {
  dir: string;
  options: ChaosOptions;
  recorder: Recorder;
  /** What stands between a drone and its controllers, if not an ordinary link. */
  droneLink?: (port: number) => Promise<Wire>;
}

const START_DEADLINE_MS = 30_000;

/** All parts of the system under test, and the links between them. */
export class Stage implements AsyncDisposable {
  readonly dir: string;
  readonly controllers: readonly Controller[];
  readonly parts = new Map<string, Part>();
  /** By the name of who dials; those to Engines by the Engine's. */
  readonly links = new Map<string, Wire>();
  readonly controllerEnds = new Map<Controller, Endpoint>();
  readonly engines = new Map<string, Engine>();
  postgres: PostgresServer | undefined;
  databaseEnd: Endpoint | undefined;
  readonly #deps: StageDeps;

  private constructor(deps: StageDeps) {
    this.#deps = deps;
    this.dir = deps.dir;
    this.controllers = deps.options.store === "sqlite" ? ["controller-a"] : CONTROLLERS;
    for (const folder of ["logs", "mounts"]) mkdirSync(join(this.dir, folder));
    for (const name of ENGINES) {
      const engine = new Engine(name, this.dir, this.#logFile(name));
      this.engines.set(name, engine);
      this.parts.set(name, engine.part);
    }
  }

  static async open(deps: StageDeps): Promise<Stage> {
    const stage = new Stage(deps);
    try {
      await stage.#open();
      return stage;
    } catch (error) {
      await stage[Symbol.asyncDispose]();
      throw error;
    }
  }

  part(name: string): Part {
    const part = this.parts.get(name);
    if (part === undefined) throw new Error(`there is no part ${name}`);
    return part;
  }

  engine(name: string): Engine {
    const engine = this.engines.get(name);
    if (engine === undefined) throw new Error(`there is no Engine ${name}`);
    return engine;
  }

  async untilReady(): Promise<void> {
    await this.#untilEnginesAnswer();
    const urls = [
      ...this.controllers.map(controllerUrl),
      ...PROXIES.map((name) => `http://${proxyHost(name)}:${PROXY_PORT}`),
    ];
    const ready = (url: string) =>
      fetch(`${url}/ready`, { signal: AbortSignal.timeout(2_000) }).then(
        ({ ok }) => ok,
        () => false,
      );
    for (const url of urls)
      await waitFor(`${url} to be ready`, () => ready(url), START_DEADLINE_MS);
  }

  /** Controllers, drones and proxies. A guard that is left has the Engine and the time to go too. */
  async stopHangar(): Promise<void> {
    const hangar = [...this.parts.values()].filter(({ name }) => !this.engines.has(name));
    await Promise.all(hangar.map((part) => part.stop("SIGTERM")));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopHangar();
    for (const link of this.links.values()) {
      await link[Symbol.asyncDispose]();
    }
    for (const engine of this.engines.values()) await engine[Symbol.asyncDispose]();
    await this.postgres?.[Symbol.asyncDispose]();
  }

  async #open(): Promise<void> {
    for (const engine of this.engines.values()) engine.start(true);
    const postgres = this.#deps.options.store === "postgres" ? startPostgres() : undefined;
    await this.#untilEnginesAnswer();
    await importWitness(
      [...this.engines.values()].map(({ docker }) => docker),
      this.dir,
    );
    this.postgres = await postgres;
    if (this.postgres !== undefined) this.databaseEnd = { port: this.postgres.port };
    await this.#openLinks();
    for (const name of this.controllers) await this.#startController(name);
    for (const name of DRONES) this.#start(name, droneWords(this.#site, name));
    for (const name of PROXIES) this.#start(name, proxyWords(this.#site, name));
    await this.untilReady();
  }

  async #untilEnginesAnswer(): Promise<void> {
    for (const engine of this.engines.values()) await engine.untilItAnswers();
  }

  async #openLinks(): Promise<void> {
    for (const name of this.controllers) {
      this.controllerEnds.set(name, { port: controllerPort(name) });
      if (this.databaseEnd === undefined) continue;
      const at = { port: databaseLinkPort(name) };
      this.links.set(name, await Link.open(at, [this.databaseEnd]));
    }
    const ends = [...this.controllerEnds.values()];
    const { droneLink } = this.#deps;
    for (const name of DRONES) {
      const port = droneLinkPort(name);
      this.links.set(name, await (droneLink?.(port) ?? Link.open({ port }, ends)));
      const socket = { path: join(this.dir, `${name}.sock`) };
      const engine = this.engine(engineOf(name));
      this.links.set(engineOf(name), await Link.open(socket, [{ path: engine.socket }]));
    }
    for (const name of PROXIES) {
      this.links.set(name, await Link.open({ port: proxyLinkPort(name) }, ends));
    }
  }

  /** The first one makes the keys and the tables. */
  async #startController(name: Controller): Promise<void> {
    const url = this.postgres && new URL(this.postgres.url());
    if (url !== undefined) url.port = String(databaseLinkPort(name));
    const env = url === undefined ? {} : { HANGAR_DATABASE: url.href };
    this.#start(name, controllerWords(this.#site, name), env);
    const answers = () =>
      fetch(`${controllerUrl(name)}/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    await waitFor(`${name} to be ready`, answers, START_DEADLINE_MS);
  }

  #start(name: Controller | Drone | ProxyName, words: string[], env: Record<string, string> = {}) {
    const { recorder } = this.#deps;
    const part = new Part({
      ...{ name, env, words: () => words, logFile: this.#logFile(name) },
      onCrash: (crash) => recorder.record({ kind: "crash", part: name, ...crash }),
    });
    this.parts.set(name, part);
    part.start();
  }

  get #site() {
    return { dir: this.dir, ...this.#deps.options };
  }

  #logFile(name: string): string {
    return join(this.dir, "logs", `${name}.log`);
  }
}
