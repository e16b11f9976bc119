import { createServer, type Socket } from "node:net";
import type { Log } from "../../src/shared/log.ts";
import type { ClientConnection } from "./client-connection.ts";
import { listen } from "./listen.ts";

const KEEP_ALIVE_PROBE_MS = 30_000;

export interface EntranceDeps {
  log: Log;
  /** Takes over each client that has come in, and with it the duty to close its socket. */
  serve(connection: ClientConnection): void;
}

export interface EntranceOptions {
  host: string;
  /** 0 for any free port. */
  port: number;
  /** Client connections in all; more are closed at once. */
  maxConnections: number;
}

/** Where clients come in: the listening socket, and the steps from there to a connection of HTTP. */
export interface Entrance {
  readonly port: number;
  /** Takes no new clients. Those that were handed over are left alone. */
  stopAccepting(): void;
}

export async function startEntrance(
  { log, serve }: EntranceDeps,
  { host, port, maxConnections }: EntranceOptions,
): Promise<Entrance> {
  // A client that has sent all it has to say still wants to be answered.
  const server = createServer({
    allowHalfOpen: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_PROBE_MS,
  });
  server.maxConnections = maxConnections;
  server.on("connection", (socket) => {
    socket.on("error", (error) => log.debug({ err: error }, "client socket failed"));
    serve(plainConnection(socket));
  });
  return {
    port: await listen(server, host, port),
    stopAccepting() {
      server.close();
    },
  };
}

function plainConnection(socket: Socket): ClientConnection {
  return { socket, peerAddress: socket.remoteAddress ?? "", secure: false };
}
