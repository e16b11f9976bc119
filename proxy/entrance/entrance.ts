import { createServer, type Socket } from "node:net";
import { count } from "../../src/shared/figures/count.ts";
import { listen } from "../../src/shared/listen.ts";
import type { Log } from "../../src/shared/log.ts";
import type { Figures } from "../figures/figures.ts";
import type { TrustedProxies } from "../trusted-proxies.ts";
import { limitAddresses } from "./address-limit.ts";
import { admit } from "./admit.ts";
import { type ClientConnection, MAX_LISTENERS, type Serve } from "./client-connection.ts";
import { FrontProxies } from "./front-proxies.ts";
import type { OpenClients } from "./open-clients.ts";
import { OwnQuota, type Quota } from "./quota.ts";

const KEEP_ALIVE_PROBE_MS = 30_000;

export interface EntranceDeps {
  log: Log;
  trusted: TrustedProxies;
  figures: Pick<Figures, "refusedConnections">;
  clients: OpenClients;
  /** Takes over each client that has come in. */
  serve: Serve;
  /** Where the limits hold for several processes. Default: they are this one's. */
  quotas?: SharedQuotas | undefined;
}

export interface SharedQuotas {
  /** Has one owner, "". */
  readonly all: Quota;
  readonly perAddress: Quota;
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
  /** Takes no new clients. Those on their way in still come in. */
  retire(): void;
  /** Takes no clients any more. Those that were handed over are left alone. */
  stopAccepting(): void;
}

export async function startEntrance(
  deps: EntranceDeps,
  options: EntranceOptions,
): Promise<Entrance> {
  const { log, figures, clients, quotas } = deps;
  const { proxyHeaderTimeoutMs } = options;
  const perAddress = quotas?.perAddress ?? new OwnQuota(options.maxConnectionsPerAddress);
  const limited = limitAddresses(deps, perAddress, deps.serve);
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
  const enter = (socket: Socket) => {
    clients.add(socket);
    const connection = plainConnection(socket);
    if (frontProxies === undefined) limited(connection);
    else frontProxies.accept(connection);
  };
  const tooMany = () => count(figures.refusedConnections, "too-many");
  // With others behind the same port, Node would pass on to them what is one too many here, for ever.
  if (quotas === undefined) server.maxConnections = options.maxConnections;
  server.on("drop", tooMany);
  server.on("connection", (socket) => {
    socket.on("error", (error) => log.debug({ err: error }, "client socket failed"));
    socket.setMaxListeners(MAX_LISTENERS);
    if (quotas === undefined) enter(socket);
    else admit(quotas.all, "", socket, { onAdmitted: () => enter(socket), onRefused: tooMany });
  });
  return {
    port: await listen(server, options.host, options.port),
    retire() {
      server.close();
    },
    stopAccepting() {
      server.close();
      frontProxies?.close();
    },
  };
}

function plainConnection(socket: Socket): ClientConnection {
  return { socket, peerAddress: socket.remoteAddress ?? "", secure: false };
}
