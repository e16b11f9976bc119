import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import Docker from "dockerode";
import { freePort } from "../../scripts/free-port.ts";
import { createClient, type HangarClient } from "../../src/client/client.ts";
import { endBackends } from "../harness/end-backends.ts";
import { type TempDir, tempDir } from "../harness/temp-dir.ts";
import { waitFor } from "../harness/wait-for.ts";

const COMMAND = "dist/src/cli/main.js";

export type Part = "controller" | "drone" | "proxy";

export interface Layout {
  /** Where the controller listens. Default: loopback. */
  host?: string;
  droneWords?: readonly string[];
  /** A proxy on another machine: where it listens, and the words that run a command there. */
  remoteProxy?: { host: string; run: readonly string[] };
}

/**
 * Controller, drone and proxy as a person would start them: three processes of the built command, each
 * of which a test may kill and start again. Disposing ends all backends and finds nothing left.
 */
export class HangarProcesses implements AsyncDisposable {
  readonly docker = new Docker();
  readonly #dir: TempDir;
  readonly #words: Record<Part, readonly string[]>;
  readonly #running = new Map<Part, ChildProcess>();
  readonly #logs: Record<Part, string[]> = { controller: [], drone: [], proxy: [] };
  readonly network: string;
  readonly drone: string;
  readonly apiUrl: string;
  readonly cluster: string;
  readonly proxyUrl: string;
  #client: HangarClient | undefined;

  private constructor(dir: TempDir, port: number, proxyPort: number, layout: Layout) {
    const { host = "127.0.0.1", droneWords = [], remoteProxy } = layout;
    const proxyHost = remoteProxy?.host ?? "127.0.0.1";
    this.#dir = dir;
    const suffix = dir.path.slice(-6).toLowerCase();
    this.network = `hangar-test-${suffix}`;
    this.drone = `dr-${suffix}`;
    this.apiUrl = `http://${host}:${port}`;
    this.cluster = `localhost:${proxyPort}`;
    this.proxyUrl = `http://${proxyHost}:${proxyPort}`;
    const common = ["--cluster", this.cluster, "--log-level", "debug", "--log-format", "json"];
    const keyFile = (scope: string) => [
      "--key-file",
      join(dir.path, "controller/keys", `${scope}.key`),
    ];
    const joined = ["--controller", this.apiUrl];
    const hangar = [process.execPath, COMMAND];
    this.#words = {
      controller: [
        ...[...hangar, "controller", ...common, "--port", String(port)],
        ...["--host", host, "--data-dir", join(dir.path, "controller")],
      ],
      drone: [
        ...[...hangar, "drone", ...common, ...joined, ...keyFile("drone")],
        ...["--name", this.drone, "--network", this.network],
        ...["--data-dir", join(dir.path, "drone"), ...droneWords],
      ],
      proxy: [
        ...[...(remoteProxy?.run ?? []), ...hangar, "proxy", ...common, ...joined],
        ...[...keyFile("proxy"), "--name", `px-${suffix}`],
        ...["--host", proxyHost, "--port", String(proxyPort)],
        ...(remoteProxy === undefined ? ["--local-drone", this.drone] : []),
      ],
    };
  }

  static async start(layout: Layout = {}): Promise<HangarProcesses> {
    const [port, proxyPort] = [await freePort(), await freePort()];
    const hangar = new HangarProcesses(await tempDir(), port, proxyPort, layout);
    try {
      await hangar.start("controller");
      await Promise.all([hangar.start("drone"), hangar.start("proxy")]);
      await hangar.untilDrone(true);
      return hangar;
    } catch (error) {
      await hangar[Symbol.asyncDispose]();
      throw error;
    }
  }

  get client(): HangarClient {
    if (this.#client === undefined) throw new Error("the controller has never been up");
    return this.#client;
  }

  log(part: Part): string {
    return this.#logs[part].join("");
  }

  async start(part: Part): Promise<void> {
    const [program = "", ...words] = this.#words[part];
    const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (text) => this.#logs[part].push(String(text)));
    }
    this.#running.set(part, child);
    if (part === "controller") await this.#untilReady(part, this.apiUrl);
    if (part === "proxy") await this.#untilReady(part, this.proxyUrl);
  }

  /** As a crash would: SIGKILL, with no chance to say goodbye. */
  async kill(part: Part): Promise<void> {
    await this.#end(part, "SIGKILL");
  }

  async restart(part: Part): Promise<void> {
    await this.kill(part);
    await this.start(part);
  }

  async untilDrone(healthy: boolean): Promise<void> {
    await waitFor(
      `a drone that is ${healthy ? "" : "not "}healthy`,
      async () => (await this.client.listDrones()).some((drone) => drone.healthy === healthy),
      20_000,
    );
  }

  /** The containers of this drone's backends, whatever their state. */
  async containers(): Promise<Docker.ContainerInfo[]> {
    const label = [`dev.hangar.drone=${this.drone}`];
    return await this.docker.listContainers({ all: true, filters: { label } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const left = await this.#endBackends().catch((error: unknown) => [String(error)]);
    for (const part of ["proxy", "drone", "controller"] as const) await this.#end(part, "SIGTERM");
    for (const { Id } of await this.containers()) {
      await this.docker.getContainer(Id).remove({ force: true });
    }
    await this.docker.getNetwork(this.network).remove().catch(ignoreMissing);
    await this.#dir[Symbol.asyncDispose]();
    if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
  }

  /** The leak check: after all backends are asked to end, there is no live row and no container. */
  async #endBackends(): Promise<string[]> {
    if (!this.#running.has("controller") || !this.#running.has("drone")) return [];
    await endBackends(this.client);
    await waitFor("no container", async () => (await this.containers()).length === 0, 20_000);
    return [];
  }

  async #untilReady(part: Part, url: string): Promise<void> {
    const child = this.#running.get(part);
    await waitFor(
      `${part} ready`,
      async () => {
        if (child?.exitCode !== null) throw new Error(`${part} exited:\n${this.log(part)}`);
        return await fetch(`${url}/ready`).then(
          ({ ok }) => ok,
          () => false,
        );
      },
      20_000,
    );
    if (part !== "controller") return;
    const key = await readFile(join(this.#dir.path, "controller/keys/admin.key"), "utf8");
    this.#client = createClient({ url: this.apiUrl, key: key.trim() });
  }

  async #end(part: Part, signal: NodeJS.Signals): Promise<void> {
    const child = this.#running.get(part);
    this.#running.delete(part);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  }
}

function ignoreMissing(error: { statusCode?: number }): void {
  if (error.statusCode !== 404) throw error;
}
