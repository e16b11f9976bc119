import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { listen } from "../listen.ts";
import type { Log } from "../log.ts";
import type { FigureBook } from "./figure-book.ts";

export interface ServeFiguresDeps {
  log: Log;
  book: Pick<FigureBook, "metrics" | "contentType">;
}

export type FiguresServer = AsyncDisposable & { readonly port: number };

/** A few scrapers; others of the machine must not exhaust the process by this door. */
const MAX_CONNECTIONS = 32;
const REQUEST_TIMEOUT_MS = 10_000;

/** Serves `/metrics` and `/healthz`, on a listener of its own. */
export async function serveFigures(
  { log, book }: ServeFiguresDeps,
  { host, port }: { host: string; port: number },
): Promise<FiguresServer> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    answer(book, request, response).catch((error: unknown) => {
      log.error({ err: error }, "cannot tell the figures");
      response.destroy();
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  const listening = { port: await listen(server, host, port) };
  log.info({ host, port: listening.port }, "figures are served");
  return {
    ...listening,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function answer(
  book: ServeFiguresDeps["book"],
  { method, url = "" }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader("cache-control", "no-store");
  if (method !== "GET" && method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD" }).end();
    return;
  }
  switch (url.split("?", 1)[0]) {
    case "/metrics":
      response.setHeader("content-type", book.contentType);
      response.end(await book.metrics());
      return;
    case "/healthz":
      response.setHeader("content-type", "application/json");
      response.end(`${JSON.stringify({ status: "ok" })}\n`);
      return;
    default:
      response.writeHead(404).end();
  }
}
