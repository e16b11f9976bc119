import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Cluster } from "../../src/protocol/cluster.ts";
import { listen } from "../../src/shared/listen.ts";
import type { HeaderPair } from "../engine.ts";
import { soleHeader } from "../headers.ts";
import { hostNameOf } from "../target.ts";

export interface HttpRedirect extends AsyncDisposable {
  readonly port: number;
}

export interface HttpRedirectOptions {
  host: string;
  /** 0 for any free port. */
  port: number;
  cluster: Cluster;
}

const HEAD_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 5_000;
const MAX_CONNECTIONS = 1_024;

/** Listens for plain HTTP, and sends everybody to the same place by HTTPS. */
export async function startHttpRedirect(options: HttpRedirectOptions): Promise<HttpRedirect> {
  const server: Server = createServer({
    headersTimeout: HEAD_TIMEOUT_MS,
    requestTimeout: HEAD_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: 1_000,
    // Its absence is answered like any other host that is not ours.
    requireHostHeader: false,
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on("request", (request, response) => redirect(options.cluster, request, response));
  const port = await listen(server, options.host, options.port);
  return {
    port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function redirect(cluster: Cluster, request: IncomingMessage, response: ServerResponse): void {
  const { method = "GET", url = "" } = request;
  const location = httpsLocation(cluster, hostOf(request), url);
  if (location === undefined) {
    answer(response, 400, "this host is not served here\n");
    return;
  }
  // A client may change the method on a 301, but never on a 308.
  response.setHeader("location", location);
  answer(response, method === "GET" || method === "HEAD" ? 301 : 308, `${location}\n`);
}

/** The same place on the port that HTTPS really has; undefined for a host that is not the cluster's. */
export function httpsLocation(
  cluster: Cluster,
  host: string | undefined,
  target: string,
): string | undefined {
  const name = host === undefined ? undefined : hostNameOf(host.toLowerCase(), cluster);
  if (name === undefined || !target.startsWith("/")) return undefined;
  return `https://${name}${cluster.port === undefined ? "" : `:${cluster.port}`}${target}`;
}

function hostOf({ rawHeaders }: IncomingMessage): string | undefined {
  const pairs = rawHeaders.flatMap((name, index): HeaderPair[] =>
    index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? ""]] : [],
  );
  return soleHeader(pairs, "host");
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
