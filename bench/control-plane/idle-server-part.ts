import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { serveOrders } from "../part.ts";

// The least that a server can do, so that what is measured against it is the load's own limit.
const BODY = JSON.stringify({ answer: "x".repeat(500) });
const ANSWER = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;

const server = createServer({ noDelay: true }, (socket) => {
  socket.on("data", () => socket.write(ANSWER, "latin1"));
  socket.on("error", () => undefined);
});
server.listen(0, "127.0.0.1", () => {
  serveOrders<["port"], number>(async () => (server.address() as AddressInfo).port);
});
