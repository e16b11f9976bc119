import {
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { CreateEngine, Engine, EngineDeps, EngineOptions } from "../engine.ts";
import type { ClientConnection } from "../entrance/client-connection.ts";
import { serveStream } from "./http2/serve-stream.ts";
import { Sessions } from "./http2/sessions.ts";
import { InFlight } from "./in-flight.ts";
import { openUpstreams } from "./node-http/upstream.ts";

/** What one browser has under way at a time; Chromium and Firefox keep to less. */
const MAX_STREAMS = 128;
const MAX_SESSION_MEMORY_MB = 10;
/** What each field counts for besides its text (RFC 9113 §6.5.2). */
const FIELD_OVERHEAD_BYTES = 32;

/**
 * HTTP/2 towards clients, HTTP/1.1 to backends, for connections that have agreed on h2 by ALPN. It
 * offers no extended CONNECT, so browsers open WebSockets on connections of HTTP/1.1.
 */
export const createHttp2Engine: CreateEngine = (
  deps: EngineDeps,
  options: EngineOptions,
): Engine => {
  const { clock, log } = deps;
  const upstreams = openUpstreams();
  const inFlight = new InFlight();
  const sessions = new Sessions(clock, options);
  const server = createServer({
    maxSessionMemory: MAX_SESSION_MEMORY_MB,
    // As many as the list's size allows: a cookie is sent in crumbs, and lines are counted once it is whole.
    maxHeaderListPairs: options.maxHeadBytes / FIELD_OVERHEAD_BYTES,
    settings: {
      maxConcurrentStreams: MAX_STREAMS,
      maxHeaderListSize: options.maxHeadBytes,
      enableConnectProtocol: false,
    },
  });
  let entering: ClientConnection | undefined;
  server.on("session", (session: ServerHttp2Session) => {
    // Node makes the session before it returns from being told of the connection.
    const client = entering;
    if (client === undefined) return session.destroy();
    session.on("error", (error) => log.debug({ err: error }, "HTTP/2 session failed"));
    sessions.add(session);
    const serve = (
      stream: ServerHttp2Stream,
      _headers: IncomingHttpHeaders,
      _flags: number,
      rawHeaders: readonly string[],
    ) => {
      sessions.begun(session, stream);
      stream.on("error", (error) => log.debug({ err: error }, "HTTP/2 stream failed"));
      const streamDeps = { ...deps, upstreams, inFlight, limits: options };
      serveStream(streamDeps, client, stream, rawHeaders).catch((error: unknown) => {
        log.error({ err: error }, "request failed");
        stream.destroy();
      });
    };
    // Node's types know nothing of the last argument.
    session.on("stream", serve as Parameters<typeof session.on>[1]);
  });
  return {
    serve(client) {
      if (sessions.leaving) {
        client.socket.destroy();
        return;
      }
      // Of HTTP/2 nothing is left to say on half a connection.
      client.socket.allowHalfOpen = false;
      entering = client;
      server.emit("connection", client.socket);
      entering = undefined;
    },
    // Its clients are told which requests were not taken, and ask those elsewhere.
    retire() {},
    cut: (which) => inFlight.cut(which),
    async leave(drainMs) {
      const drained = new AbortController();
      const gone = sessions.leave();
      await Promise.race([gone, clock.sleep(drainMs, drained.signal).catch(() => undefined)]);
      drained.abort();
      sessions.destroy();
      await gone;
      upstreams.pooled.destroy();
      upstreams.fresh.destroy();
    },
  };
};
