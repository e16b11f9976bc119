/**
 * An app as people write them: absolute links, WebSocket, server-sent events, large bodies both ways.
 * It tells what reached it (`/seen`), so that a test knows what did not.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const BLOCK_BYTES = 1_048_576;
const seen = [];

const PAGE = `<!doctype html><title>app</title>
<link rel="stylesheet" href="/style.css">
<h1>absolute</h1><a id="next" href="/next">next</a>
<script src="/app.js"></script>`;

const ROUTES = {
  "/": (_request, response) => send(response, "text/html", PAGE),
  "/next": (_request, response) => send(response, "text/html", "<title>next</title><h1>next</h1>"),
  "/style.css": (_request, response) => send(response, "text/css", "h1 { color: rgb(1, 2, 3) }"),
  "/app.js": (_request, response) => send(response, "text/javascript", "window.isLoaded = true;"),
  "/user": ({ headers }, response) =>
    send(response, "text/plain", String(headers["x-verified-username"])),
  "/seen": (_request, response) => send(response, "application/json", JSON.stringify(seen)),
  "/events": sendEvents,
  "/upload": takeUpload,
  "/download": sendBlocks,
};

const server = createServer((request, response) => {
  const path = (request.url ?? "/").split("?", 1)[0];
  seen.push(path);
  const route = ROUTES[path];
  if (route === undefined) send(response, "text/plain", `no ${path}`, 404);
  else Promise.resolve(route(request, response)).catch(() => response.destroy());
});

const sockets = new WebSocketServer({ server });
sockets.on("connection", (socket, { url }) => {
  seen.push(`ws ${url}`);
  socket.on("message", (data, binary) => socket.send(data, { binary }));
  socket.on("error", () => socket.terminate());
});
server.listen(Number(process.env.PORT), "127.0.0.1");
// A test that fails half-way leaves nothing for long.
setTimeout(() => process.exit(), 300_000).unref();

function send(response, type, body, status = 200) {
  response.writeHead(status, { "content-type": type });
  response.end(body);
}

async function sendEvents(_request, response) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const data of ["one", "two", "three"]) response.write(`data: ${data}\n\n`);
  await once(response, "close");
}

async function takeUpload(request, response) {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of request) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  send(response, "application/json", JSON.stringify({ bytes, sha256: hash.digest("hex") }));
}

/** So many blocks, each of its own bytes; or only the hash of all of them. */
async function sendBlocks({ url }, response) {
  const query = new URL(url, "http://x").searchParams;
  const blocks = Number(query.get("mb"));
  const hash = createHash("sha256");
  for (let block = 0; block < blocks; block += 1) {
    const bytes = Buffer.alloc(BLOCK_BYTES, `block ${block} of ${blocks};`);
    if (query.has("hash")) hash.update(bytes);
    else if (!response.write(bytes)) await once(response, "drain");
  }
  response.end(query.has("hash") ? hash.digest("hex") : undefined);
}
