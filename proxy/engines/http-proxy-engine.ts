import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { createProxyServer } from "http-proxy";
import type {
  Answer,
  Decision,
  Engine,
  EngineDeps,
  EngineOptions,
  RequestHead,
} from "../engine.ts";
import { headerValues, MAX_HEADER_LINES } from "../headers.ts";
import { Connections } from "./http-proxy/connections.ts";
import { exchange } from "./http-proxy/exchange.ts";
import { Tunnels } from "./http-proxy/open-tunnel.ts";
import { writeAnswer } from "./http-proxy/relay-answer.ts";
import { type TunnelDeps, tunnel } from "./http-proxy/tunnel.ts";
import { writeRawAnswer } from "./http-proxy/write-raw-answer.ts";
import { InFlight } from "./in-flight.ts";
import { rawPairs, readHead } from "./node-http/raw-headers.ts";
import { openUpstreams } from "./node-http/upstream.ts";
import { Trip } from "./trip.ts";
import { isForwardableUpgrade } from "./upgrades.ts";

const MAX_HEAD_CHECK_INTERVAL_MS = 1_000;

/** The engine on the http-proxy library, and so on Node's own HTTP parser. */
export function createHttpProxyEngine(deps: EngineDeps, options: EngineOptions): Engine {
  const { gate, log, clock } = deps;
  const library = createProxyServer({});
  // Each forward has a callback of its own; without a listener the library throws what it repeats.
  library.on("error", (error) => log.debug({ err: error }, "forwarding failed"));
  const tunnelDeps: TunnelDeps = {
    gate,
    figures: deps.figures,
    library,
    upstreams: openUpstreams(),
    inFlight: new InFlight(),
    limits: options,
    tunnels: new Tunnels(),
  };
  const server = createHttpServer(options);
  const connections = new Connections(server, deps.figures);
  serveRequests(server, connections, deps, tunnelDeps);
  serveUpgrades(server, connections, deps, tunnelDeps);
  // Node begins to watch over slow heads when a server listens; this one is handed its connections.
  server.emit("listening");
  return {
    serve: (connection) => connections.accept(connection),
    retire: () => connections.retire(),
    cut: (which) => tunnelDeps.inFlight.cut(which),
    async leave(drainMs) {
      const closed = connections.leave();
      const drained = new AbortController();
      await Promise.race([closed, clock.sleep(drainMs, drained.signal).catch(() => undefined)]);
      drained.abort();
      await tunnelDeps.tunnels.leave();
      server.closeAllConnections();
      connections.destroyAll();
      await closed;
      tunnelDeps.upstreams.pooled.destroy();
      tunnelDeps.upstreams.fresh.destroy();
    },
  };
}

function createHttpServer(options: EngineOptions): Server {
  const server = createServer({
    maxHeaderSize: options.maxHeadBytes,
    headersTimeout: options.headTimeoutMs,
    // An upload may take as long as it takes.
    requestTimeout: 0,
    keepAliveTimeout: options.keepAliveMs,
    connectionsCheckingInterval: Math.min(MAX_HEAD_CHECK_INTERVAL_MS, options.headTimeoutMs),
    // The gate answers it with a page.
    requireHostHeader: false,
  });
  // Node would drop the lines past a limit in silence.
  server.maxHeadersCount = 0;
  return server;
}

function serveRequests(
  server: Server,
  connections: Connections,
  engineDeps: EngineDeps,
  deps: TunnelDeps,
): void {
  const { gate, log } = engineDeps;
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    connections.answering(request.socket, response);
    const pairs = rawPairs(request);
    const head = readHead(request, pairs, connections.clientOf(request.socket));
    const { socket } = request;
    const trip = beginTrip(engineDeps, head, socket);
    response.once("close", () => trip.over());
    const malformed = unacceptable(head);
    if (malformed !== undefined) engineDeps.figures.malformedRequests += 1;
    const decision = malformed ?? (await gate.decide(head, connections.signalOf(socket)));
    trip.about(head, decision);
    if (response.destroyed) return;
    const client = { request, response, head, pairs, trip };
    if (decision.kind === "answer") writeAnswer(client, decision);
    else exchange(deps, client, decision);
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    // What comes behind a connection's last answer must not be done, as it cannot be answered.
    if (request.socket.writableEnded) {
      request.socket.destroy();
      return;
    }
    serve(request, response).catch((error) => {
      log.error({ err: error }, "request failed");
      request.socket.destroy();
    });
  };
  server.on("request", onRequest);
  server.on("checkContinue", onRequest);
}

function serveUpgrades(
  server: Server,
  connections: Connections,
  engineDeps: EngineDeps,
  deps: TunnelDeps,
): void {
  const { gate, log } = engineDeps;
  const serve = async (request: IncomingMessage, socket: Socket, early: Buffer) => {
    socket.on("error", (error) => log.debug({ err: error }, "upgraded socket failed"));
    const pairs = rawPairs(request);
    const head = readHead(request, pairs, connections.clientOf(socket), true);
    const trip = beginTrip(engineDeps, head, socket);
    socket.once("close", () => trip.over());
    const stopWatching = destroyAtEnd(socket);
    const isForwardable = isForwardableUpgrade(head);
    if (!isForwardable) engineDeps.figures.malformedRequests += 1;
    const decision: Decision = isForwardable
      ? await gate.decide(head, connections.signalOf(socket))
      : BAD_REQUEST;
    trip.about(head, decision);
    if (socket.destroyed) return;
    stopWatching();
    if (decision.kind === "answer") writeRawAnswer({ socket, trip }, decision);
    else tunnel(deps, { request, socket, early, head, pairs, trip }, decision);
  };
  server.on("upgrade", (request: IncomingMessage, socket, early) => {
    serve(request, socket as Socket, early).catch((error) => {
      log.error({ err: error }, "upgrade failed");
      socket.destroy();
    });
  });
}

function beginTrip(deps: EngineDeps, head: RequestHead, socket: Socket): Trip {
  const trip = new Trip(deps, () => socket.bytesWritten);
  trip.begin();
  trip.about(head, undefined);
  return trip;
}

/** Node has let go of an upgrade's socket, so while it is held nobody else hears its client leave. */
function destroyAtEnd(socket: Socket): () => void {
  const onEnd = () => socket.destroy();
  socket.once("end", onEnd);
  socket.read(0);
  return () => socket.off("end", onEnd);
}

/**
 * Node takes only "chunked" off a body; with any other coding nobody knows where it ends. And it bounds
 * the lines of a head only by dropping those past the limit in silence.
 */
function unacceptable({ headers }: RequestHead): Answer | undefined {
  if (headers.length > MAX_HEADER_LINES) return TOO_LARGE;
  const codings = headerValues(headers, "transfer-encoding");
  return codings.every((coding) => /^chunked$/i.test(coding.trim())) ? undefined : BAD_REQUEST;
}

const BAD_REQUEST = refusal(400);
const TOO_LARGE = refusal(431);

function refusal(status: number): Answer {
  const headers = [
    ["connection", "close"],
    ["content-length", "0"],
  ] as const;
  return { kind: "answer", status, headers, body: "" };
}
