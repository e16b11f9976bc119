import { createServer, type Socket } from "node:net";
import type { Log } from "../../src/shared/log.ts";
import { count, type Figures } from "../figures/figures.ts";
import type { TrustedProxies } from "../trusted-proxies.ts";
import { limitAddresses } from "./address-limit.ts";
import type { ClientConnection, Serve } from "./client-connection.ts";
import { FrontProxies } from "./front-proxies.ts";
import { listen } from "./listen.ts";
import type { OpenClients } from "./open-clients.ts";

const KEEP_ALIVE_PROBE_MS = 30_000;
/** Each step, the engine and Node's server want to know of a socket's end; none adds one a request. */
const MAX_LISTENERS = 20;

export interface EntranceDeps {
  log: Log;
  trusted: TrustedProxies;
  figures: Pick<Figures, "refusedConnections">;
  clients: OpenClients;
  /** Takes over each client that has come in. */
  serve: Serve;
}

export interface EntranceOptions {
  host: string;
  /** 0 for any free port. */
  port: number;
  /** Client connections in all; more are closed at once. */
  maxConnections: number;
  maxConnectionsPerAddress: number;
  /** How long a front proxy's PROXY header may take; undefined where none is expected. */
  proxyHeaderTimeoutMs: number | undefined;
}

/** Where clients come in: the listening socket, and the steps from there to a connection of HTTP. */
export interface Entrance {
  readonly port: number;
  /** Takes no new clients. Those that were handed over are left alone. */
  stopAccepting(): void;
}

export async function startEntrance(
  deps: EntranceDeps,
  options: EntranceOptions,
): Promise<Entrance> {
  const { log, figures, clients } = deps;
  const { proxyHeaderTimeoutMs } = options;
  const limited = limitAddresses(deps, options.maxConnectionsPerAddress, deps.serve);
  const frontProxies =
    proxyHeaderTimeoutMs === undefined
      ? undefined
      : new FrontProxies(deps, proxyHeaderTimeoutMs, limited);
  // A client that has sent all it has to say still wants to be answered.
  const server = createServer({
    allowHalfOpen: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_PROBE_MS,
  });
  server.maxConnections = options.maxConnections;
  server.on("drop", () => count(figures.refusedConnections, "too-many"));
  server.on("connection", (socket) => {
    socket.on("error", (error) => log.debug({ err: error }, "client socket failed"));
    socket.setMaxListeners(MAX_LISTENERS);
    clients.add(socket);
    const connection = plainConnection(socket);
    if (frontProxies === undefined) limited(connection);
    else frontProxies.accept(connection);
  });
  return {
    port: await listen(server, options.host, options.port),
    stopAccepting() {
      server.close();
      frontProxies?.close();
    },
  };
}

function plainConnection(socket: Socket): ClientConnection {
  return { socket, peerAddress: socket.remoteAddress ?? "", secure: false };
}
