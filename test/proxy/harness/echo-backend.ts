import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { WebSocketServer } from "ws";

/** What the backend saw of a request, as it tells it in its answer. */
export interface Seen {
  method: string;
  url: string;
  headers: Record<string, string>;
  rawHeaders: string[];
  body: string;
}

export interface EchoBackend extends AsyncDisposable {
  readonly port: number;
  readonly openSockets: number;
  /** Replaces the echo for plain requests. */
  onRequest: (request: IncomingMessage, response: ServerResponse) => void;
}

/** A real backend: tells what it saw, and sends each WebSocket message back. */
export async function startEchoBackend(): Promise<EchoBackend> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => backend.onRequest(request, response));
  const webSockets = new WebSocketServer({ server, perMessageDeflate: false });
  webSockets.on("connection", (socket) => {
    socket.on("error", () => undefined);
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const backend = {
    port: (server.address() as AddressInfo).port,
    get openSockets() {
      return sockets.size;
    },
    onRequest: tellWhatWasSeen,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      webSockets.close();
      server.close();
      await once(server, "close");
    },
  };
  return backend;
}

function tellWhatWasSeen(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.once("end", () => {
    const { method, url, headers, rawHeaders } = request;
    const body = Buffer.concat(chunks).toString();
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ method, url, headers, rawHeaders, body }));
  });
}
