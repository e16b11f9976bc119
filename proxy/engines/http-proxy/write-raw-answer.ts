import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Answer } from "../../engine.ts";
import type { Trip } from "../trip.ts";

export interface RawClient {
  socket: Socket;
  trip: Trip;
}

/** Answers on a socket that Node's server has let go of, and closes it. */
export function writeRawAnswer(
  { socket, trip }: RawClient,
  { status, headers, body }: Answer,
): void {
  if (socket.destroyed || !socket.writable) return;
  trip.answered(status);
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    "connection: close",
  ];
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
  socket.destroySoon();
}
