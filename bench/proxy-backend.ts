import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { PROTOCOL_VERSION, SOCKET_PATHS } from "../src/protocol/handshake.ts";
import type { BackendId } from "../src/protocol/ids.ts";
import type { ControllerToProxy, ProxyToController } from "../src/protocol/proxy-messages.ts";
import type { PartHello } from "./proxy-part.ts";

// Answers with 41 bytes, echoes WebSocket messages, and plays the controller that routes to itself.
const BODY = Buffer.from("a small answer of exactly 41 bytes, I say");

const server = createServer((_request, response) => {
  response.writeHead(200, { "content-type": "text/plain", "content-length": BODY.length });
  response.end(BODY);
});
server.keepAliveTimeout = 60_000;
const echo = new WebSocketServer({ noServer: true, perMessageDeflate: false });
echo.on("connection", (socket) => {
  socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
});
const controller = new WebSocketServer({ noServer: true });
controller.on("connection", (socket) => {
  const send = (message: ControllerToProxy) => socket.send(JSON.stringify(message));
  socket.on("message", (data) => {
    const message = JSON.parse(String(data)) as ProxyToController;
    if (message.type === "hello") {
      send({ type: "welcome", protocol_version: PROTOCOL_VERSION, controller: "co-bench" });
    } else if (message.type === "route-request") {
      send({
        type: "route-response",
        request_id: message.request_id,
        result: {
          kind: "route",
          route: {
            backend_id: message.label as BackendId,
            cluster: "localhost:9090",
            drone: "dr-bench",
            status: "ready",
            address: { host: "127.0.0.1", port },
            access: {
              kind: "connection",
              expires_in_ms: 3_600_000,
              user: "ada",
              auth: { role: "editor" },
              secret: "hsec_bench",
            },
          },
        },
      });
    }
  });
});
server.on("upgrade", (request, socket, head) => {
  const target = request.url === SOCKET_PATHS.proxy ? controller : echo;
  target.handleUpgrade(request, socket, head, (webSocket) => target.emit("connection", webSocket));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;
process.send?.({ port, controllerUrl: `http://127.0.0.1:${port}` } satisfies PartHello);
