import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { WebSocketServer } from "ws";

type Handler = (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => void;

/** What `/eat` took is kept, so that it counts until the process ends. */
const eaten: Buffer[] = [];

const ROUTES: Record<string, Handler> = {
  "/sse": sendEvents,
  "/exit": (_request, response, query) => {
    const code = Number(query.get("code") ?? 0);
    response.setHeader("connection", "close");
    response.on("close", () => process.exit(code));
    sendJson(response, { exiting: code });
  },
  "/eat": (_request, response, query) => {
    const mb = Number(query.get("mb") ?? 0);
    for (let n = 0; n < mb; n++) eaten.push(Buffer.alloc(1_048_576, 1));
    sendJson(response, { eatenMb: eaten.length });
  },
};

/** `env` is shown in every answer. */
export function createEchoServer(env: Record<string, string>): Server {
  const server = createServer((request, response) => {
    const [path = "/", query] = (request.url ?? "/").split("?", 2);
    const route = ROUTES[path];
    if (route !== undefined) route(request, response, new URLSearchParams(query));
    else sayBack(request, response, env).catch((error) => response.destroy(error));
  });
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => {
    socket.on("message", (data, binary) => socket.send(data, { binary }));
    socket.on("error", () => socket.terminate());
  });
  return server;
}

async function sayBack(
  request: IncomingMessage,
  response: ServerResponse,
  env: Record<string, string>,
): Promise<void> {
  const { method, url, headers } = request;
  sendJson(response, { method, url, headers, body: await text(request), env });
}

function sendEvents(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  let id = 0;
  const send = () => response.write(`id: ${++id}\ndata: ${Date.now()}\n\n`);
  send();
  const timer = setInterval(send, 1_000);
  response.on("close", () => clearInterval(timer));
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(body));
}
