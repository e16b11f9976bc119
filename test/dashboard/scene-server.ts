import { once } from "node:events";
import { createReadStream, existsSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { Scope } from "../../src/protocol/api-key.ts";
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

export interface Scene extends AsyncDisposable {
  readonly url: string;
  /** Of a backend that runs, and of one that has ended. */
  readonly liveId: string;
  readonly endedId: string;
  readonly backends: ReturnType<typeof manyBackends>;
  /** Tells all open event streams. */
  tell(event: Partial<BackendEvent>): void;
  /** Ends all event streams, and refuses new ones until it is called with false. */
  cutStreams(isCut: boolean): void;
}

export interface SceneOptions {
  backends?: number;
  scopes?: Scope[];
  isEmpty?: boolean;
}

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

/** A controller's face with made-up backends behind it, for what a real one cannot show quickly. */
export async function startScene(options: SceneOptions = {}): Promise<Scene> {
  const { backends: count = 180, scopes = ["admin"], isEmpty = false } = options;
  const backends = isEmpty ? [] : manyBackends(count);
  const [live, ended] = [manyBackends(3)[0], manyBackends(3)[1]];
  if (live === undefined || ended === undefined) throw new Error("no backends");
  const events = isEmpty ? [] : someEvents(backends);
  const streams = new Set<ServerResponse>();
  let isCut = false;
  const ofBackend = (id: string) => (id === ended.id ? endedBackend(ended) : oneBackend(live));
  const list = <T>(values: T[]) => (isEmpty ? [] : values);
  const answers: Record<string, (url: URL) => unknown> = {
    "/v1/session": () => aSession({ scopes }),
    "/v1/backends": (url) => pageOf(backends, url),
    "/v1/drones": () => ({ drones: list(someDrones()) }),
    "/v1/proxies": () => ({ proxies: list(someProxies()) }),
    "/v1/controllers": () => ({ controllers: list(someControllers()) }),
    "/v1/api-keys": () => ({ api_keys: list(someKeys()) }),
    "/v1/audit": () => ({ entries: list(someAudit(backends)), next_cursor: null }),
    "/v1/events": (url) => ({
      events: url.searchParams.get("tail") === "500" ? events : [],
      next_cursor: String(events.length),
    }),
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const [, , kind, id = "", part, follow] = url.pathname.split("/");
    if (!url.pathname.startsWith("/v1/")) return servePage(url.pathname, response);
    if (request.headers.accept === "text/event-stream") {
      if (isCut) return refuse(response, 503, "unavailable");
      openStream(response);
      if (part === "logs") for (const line of someLines()) say(response, line);
      if (follow === "stream" && part === "metrics") {
        for (const sample of someMetrics(live.id)) say(response, sample);
      }
      if (kind === "events") streams.add(response);
      if (id === ended.id) response.end();
      return;
    }
    const answer = answers[url.pathname];
    if (answer !== undefined) return isCut && kind === "events" ? refuse(response, 503, "unavailable") : json(response, answer(url));
    if (kind !== "backends") return refuse(response, 404, "not-found");
    const backend = ofBackend(id);
    if (part === "idle") return json(response, idlenessOf(backend, id === live.id));
    if (part === "tokens") return json(response, { tokens: id === live.id ? someTokens() : [], next_cursor: null });
    return json(response, backend);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  let told = events.length;
  return {
    url: `http://127.0.0.1:${port}`,
    liveId: live.id,
    endedId: ended.id,
    backends,
    tell: (event) => {
      told += 1;
      const last = events.at(-1);
      for (const stream of streams) {
        say(stream, { ...last, at: Date.now(), ...event, cursor: String(told) }, String(told));
      }
    },
    cutStreams: (cut) => {
      isCut = cut;
      for (const stream of streams) stream.end();
      streams.clear();
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function pageOf(backends: ReturnType<typeof manyBackends>, { searchParams }: URL) {
  const limit = Number(searchParams.get("limit") ?? 100);
  const from = Number(searchParams.get("cursor") ?? 0);
  const statuses = searchParams.getAll("status");
  const fitting = backends.filter(({ status }) => statuses.length === 0 || statuses.includes(status));
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

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: { id: "er1", code, message: "the scene has none of this" } }));
}

function openStream(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  response.write(":\n\n");
}

function say(response: ServerResponse, data: unknown, id?: string): void {
  response.write(`${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
}

