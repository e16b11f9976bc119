import { once } from "node:events";
import { createReadStream, existsSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { Scope } from "../../src/protocol/api-key.ts";
import type { BackendSummary } from "../../src/protocol/backend.ts";
import type { BackendEvent } from "../../src/protocol/event.ts";
import {
  aSession,
  endedBackend,
  idlenessOf,
  manyBackends,
  oneBackend,
  someAudit,
  someControllers,
  someDrones,
  someEvents,
  someKeys,
  someLines,
  someMetrics,
  someProxies,
  someTokens,
} from "./scene.ts";
import { someCluster, someServices } from "./scene-cluster.ts";

export interface Scene extends AsyncDisposable {
  readonly url: string;
  /** Of a backend that runs, and of one that has ended. */
  readonly liveId: string;
  readonly endedId: string;
  readonly backends: readonly BackendSummary[];
  /** Tells all open event streams. */
  tell(event: Partial<BackendEvent>): void;
  /** Ends all event streams; until it is called with false, there are no events to be had. */
  cutStreams(isCut: boolean): void;
}

export interface SceneOptions {
  /** Default: 180. */
  backends?: number;
  /** Of the key that is signed in. Default: admin. */
  scopes?: Scope[];
}

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** A controller's face with made-up backends behind it, for what a real one cannot show quickly. */
export async function startScene(options: SceneOptions = {}): Promise<Scene> {
  const scene = new SceneServer(options);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (!url.pathname.startsWith("/v1/")) return servePage(url.pathname, response);
    const isStream = request.headers.accept === "text/event-stream";
    return isStream ? scene.stream(url, response) : scene.answer(url, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    liveId: scene.live.id,
    endedId: scene.ended.id,
    backends: scene.backends,
    tell: (event) => scene.tell(event),
    cutStreams: (isCut) => scene.cutStreams(isCut),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

class SceneServer {
  readonly backends: BackendSummary[];
  readonly live: BackendSummary;
  readonly ended: BackendSummary;
  readonly #events: BackendEvent[];
  readonly #streams = new Set<ServerResponse>();
  readonly #answers: Record<string, (url: URL) => unknown>;
  #isCut = false;

  constructor({ backends: count = 180, scopes = ["admin"] }: SceneOptions) {
    const [live, ended] = manyBackends(2);
    if (live === undefined || ended === undefined) throw new Error("no backends");
    this.live = live;
    this.ended = ended;
    this.backends = manyBackends(count);
    this.#events = someEvents([live, ended, ...this.backends]);
    this.#answers = {
      "/v1/session": () => aSession({ scopes }),
      "/v1/backends": (url) => pageOf(this.backends, url),
      "/v1/drones": () => ({ drones: count === 0 ? [] : someDrones() }),
      "/v1/proxies": () => ({ proxies: count === 0 ? [] : someProxies() }),
      "/v1/controllers": () => ({ controllers: someControllers() }),
      "/v1/cluster": () => someCluster(this.backends),
      "/v1/services": () => ({ services: count === 0 ? [] : someServices() }),
      "/v1/services/board": () => someServices()[0],
      "/v1/api-keys": () => ({ api_keys: someKeys() }),
      "/v1/audit": () => ({ entries: someAudit([live]), next_cursor: null }),
      "/v1/events": ({ searchParams }) => ({
        events: searchParams.get("tail") === "500" ? this.#events : [],
        next_cursor: String(this.#events.length),
      }),
    };
  }

  answer(url: URL, response: ServerResponse): void {
    const isAway = this.#isCut && url.pathname === "/v1/events";
    const answer = this.#answers[url.pathname] ?? this.#answerOfBackend(url.pathname);
    if (isAway) refuse(response, 503, "unavailable");
    else if (answer === undefined) refuse(response, 404, "not-found");
    else send(response, 200, answer(url));
  }

  #answerOfBackend(path: string): (() => unknown) | undefined {
    const [, , kind, id = "", part] = path.split("/");
    if (kind !== "backends") return undefined;
    const isEnded = id === this.ended.id;
    const backend = isEnded ? endedBackend(this.ended) : oneBackend(this.live);
    const tokens = isEnded ? [] : someTokens();
    if (part === "idle") return () => idlenessOf(backend, !isEnded);
    return part === "tokens" ? () => ({ tokens, next_cursor: null }) : () => backend;
  }

  stream({ pathname }: URL, response: ServerResponse): void {
    if (this.#isCut) {
      refuse(response, 503, "unavailable");
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    response.write(":\n\n");
    if (pathname.endsWith("/logs")) for (const line of someLines()) say(response, line);
    if (pathname.endsWith("/metrics/stream")) {
      for (const sample of someMetrics(this.live.id)) say(response, sample);
    }
    if (pathname === "/v1/events") this.#streams.add(response);
    if (pathname.includes(this.ended.id)) response.end();
  }

  tell(event: Partial<BackendEvent>): void {
    const last = this.#events.at(-1);
    if (last === undefined) throw new Error("no events");
    const told = { ...last, at: Date.now(), ...event, cursor: String(this.#events.length + 1) };
    this.#events.push(told);
    for (const stream of this.#streams) say(stream, told, told.cursor);
  }

  cutStreams(isCut: boolean): void {
    this.#isCut = isCut;
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
  }
}

function pageOf(backends: readonly BackendSummary[], { searchParams }: URL) {
  const limit = Number(searchParams.get("limit") ?? 100);
  const from = Number(searchParams.get("cursor") ?? 0);
  const statuses = searchParams.getAll("status");
  const fitting = backends.filter(
    ({ status }) => statuses.length === 0 || statuses.includes(status),
  );
  const next = from + limit < fitting.length ? String(from + limit) : null;
  return { backends: fitting.slice(from, from + limit), next_cursor: next };
}

function servePage(path: string, response: ServerResponse): void {
  const file = join("dist", path);
  const page = extname(path) !== "" && existsSync(file) ? file : "dist/dashboard/index.html";
  response.writeHead(200, {
    "content-type": TYPES[extname(page)] ?? "application/octet-stream",
    "content-security-policy": "default-src 'self'",
  });
  createReadStream(page).pipe(response);
}

function refuse(response: ServerResponse, status: number, code: string): void {
  send(response, status, { error: { id: "er1", code, message: "the scene has none of this" } });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function say(response: ServerResponse, data: unknown, id?: string): void {
  response.write(`${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
}
