import { createServer, type Server } from "node:net";
import { BackendConnection } from "./connection.ts";
import { takeOver } from "./take-over.ts";

/** What stands behind all proxies. Not listening yet. */
export function createBackend(): Server {
  return createServer({ noDelay: true, pauseOnConnect: true }, (accepted) => {
    const socket = takeOver(accepted, (chunk) => connection.receive(chunk));
    const connection = new BackendConnection(socket);
  });
}
