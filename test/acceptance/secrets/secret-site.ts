import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { FirstKeys } from "../../../controller/first-keys.ts";
import type { RuntimeConfig } from "../../../drone/config.ts";
import { startDrone } from "../../../drone/index.ts";
import { startProxy } from "../../../proxy/index.ts";
import { createClient } from "../../../src/client/client.ts";
import type { ConnectResponse } from "../../../src/protocol/connect.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { SECRET } from "../../../src/shared/redact.ts";
import { ServiceStack } from "../../../src/shared/service-stack.ts";
import { aController, CLUSTER, type TestController } from "../../controller/a-controller.ts";
import { endBackends } from "../../harness/end-backends.ts";
import { FakeCollector } from "../../harness/fake-collector.ts";
import { recordingLog } from "../../harness/recording-log.ts";
import { type TempDir, tempDir } from "../../harness/temp-dir.ts";
import { ask, type Question, type Reply } from "../../proxy/harness/ask.ts";

/** What is asked of a controller, and by whom. */
export interface Asking {
  method?: string;
  /** Default: the admin's. Null: none. */
  key?: string | null;
  headers?: Record<string, string>;
  /** Text goes as it is, anything else as JSON. */
  body?: unknown;
}

type Runtime = (directory: string) => Promise<RuntimeConfig>;

/** Controller, drone and proxy, of which everything that they say is kept. */
export class SecretSite implements AsyncDisposable {
  readonly droneName: string;
  /** What Hangar gave out to whom it belongs; it may stand in that answer alone. */
  readonly given: string[] = [];
  /** Everything else that was answered: no secret may stand in it. */
  readonly said: string[] = [];
  readonly #running = new ServiceStack();
  readonly #log = recordingLog();
  readonly #dir: TempDir;
  #hangar!: TestController;
  #collector!: FakeCollector;
  #proxyPort = 0;

  private constructor(dir: TempDir, droneName: string) {
    this.#dir = dir;
    this.droneName = droneName;
  }

  static async start(droneName: string, runtime: Runtime): Promise<SecretSite> {
    const site = new SecretSite(await tempDir(), droneName);
    await site.#start(await runtime(site.#dir.path));
    return site;
  }

  async #start(runtime: RuntimeConfig): Promise<void> {
    const [running, log] = [this.#running, this.#log.log];
    this.#collector = running.use(await FakeCollector.start());
    const tracing = { endpoint: this.#collector.endpoint };
    const rateLimit = { requests_per_second: 1_000, burst: 50 };
    const dataDir = this.dirOf("controller");
    this.#hangar = running.use(await aController({ dataDir, rateLimit, tracing }));
    const { url, keys } = this.#hangar.controller;
    this.given.push(...Object.values(keys));
    const joined = { controllerUrl: url, cluster: CLUSTER };
    const drone = { ...joined, key: keys.drone, name: this.droneName, pool: "", runtime };
    running.use(
      await startDrone(
        { clock: systemClock, log },
        { ...drone, dataDir: this.dirOf("drone"), guard: "external" },
      ),
    );
    running.defer(() => endBackends(createClient({ url, key: keys.admin })));
    const proxy = { ...joined, key: keys.proxy, name: "px-secrets", host: "127.0.0.1", port: 0 };
    const seen = { tracing, accessLog: this.dirOf("access.log"), trustedProxies: [], drainMs: 0 };
    const door = running.use(await startProxy({ clock: systemClock, log }, { ...proxy, ...seen }));
    this.#proxyPort = door.port;
  }

  get keys(): FirstKeys {
    return this.#hangar.controller.keys;
  }

  get url(): string {
    return this.#hangar.controller.url;
  }

  dirOf(name: string): string {
    return join(this.#dir.path, name);
  }

  /** The answer is kept, as all are that no secret belongs in. */
  async send(path: string, asking: Asking = {}): Promise<string> {
    const text = await (await this.ask(path, asking)).text();
    this.said.push(text);
    return text;
  }

  /** For answers that give secrets out. */
  async ask(path: string, asking: Asking = {}): Promise<Response> {
    const { method = "GET", key = this.#hangar.controller.keys.admin, headers, body } = asking;
    const type = { "content-type": "application/json" };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return await fetch(this.url + path, {
      method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : type),
        ...headers,
      },
      ...(body === undefined ? {} : { body: text }),
    });
  }

  /** One that gives secrets out: they are known from now on. */
  async grant<T>(path: string, asking: Asking): Promise<T> {
    const response = await this.ask(path, asking);
    const text = await response.text();
    expect(response.ok, text).toBe(true);
    const cookie = response.headers.get("set-cookie") ?? "";
    this.given.push(...(text.match(SECRET) ?? []), ...(cookie.match(SECRET) ?? []));
    return { ...JSON.parse(text), cookie: cookie.split(";")[0] } as T;
  }

  async connect(spawn: object, more: object = {}): Promise<ConnectResponse> {
    const body = { spawn, queue_seconds: 20, wait: "ready", ...more };
    return await this.grant("/v1/connect", { method: "POST", body });
  }

  /** Of a backend, through the proxy; what the proxy itself answers is kept. */
  async visit(id: string, question: Question): Promise<Reply> {
    const headers = { host: `${id}.${CLUSTER}`, ...question.headers };
    const reply = await ask(this.#proxyPort, { ...question, headers });
    if (reply.status >= 400) this.said.push(reply.body, reply.rawHeaders.join("\n"));
    return reply;
  }

  /** Ends everything, and gives all that was ever said. */
  async stop(): Promise<string[]> {
    await this.send("/metrics");
    await this.#running[Symbol.asyncDispose]();
    const { spans } = this.#collector;
    const visits = await readFile(this.dirOf("access.log"), "utf8");
    expect(visits).toContain("[secret]");
    expect(spans.map(({ name }) => name)).toEqual(expect.arrayContaining(["connect", "spawn"]));
    const logs = [this.#log.lines, this.#hangar.logLines];
    for (const lines of logs) expect(lines.length).toBeGreaterThan(20);
    return [...this.said, ...logs.flat(), visits, JSON.stringify(spans)];
  }

  /** What stands in the files of a folder below, by their names. */
  async filesIn(name: string): Promise<Record<string, string>> {
    const entries = await readdir(this.dirOf(name), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const read = files.map(async ({ parentPath, name: file }) => {
      const path = join(parentPath, file);
      return [path.slice(this.#dir.path.length + 1), await readFile(path, "latin1")] as const;
    });
    return Object.fromEntries(await Promise.all(read));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running[Symbol.asyncDispose]();
    await this.#dir[Symbol.asyncDispose]();
  }
}
