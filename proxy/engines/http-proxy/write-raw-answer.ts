import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Answer } from "../../engine.ts";

/** Answers on a socket that Node's server has let go of, and closes it. */
export function writeRawAnswer(socket: Socket, { status, headers, body }: Answer): void {
  if (socket.destroyed || !socket.writable) return;
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    "connection: close",
  ];
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
  socket.destroySoon();
}
