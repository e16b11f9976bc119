import { Agent, type ClientRequest } from "node:http";
import type { RequestHead, UpstreamFailure } from "../../engine.ts";
import type { EngineFigures } from "../../figures/figures.ts";
import { IDEMPOTENT } from "../idempotent.ts";
import { MAX_IDLE_PER_BACKEND, UPSTREAM_IDLE_MS } from "../idle-upstreams.ts";

/** Connections to backends. In use there are never more than clients have connections to us. */
export interface Upstreams {
  readonly pooled: UpstreamAgent;
  /** Opens a connection for each request: for upgrades, and where a pooled one has failed. */
  readonly fresh: UpstreamAgent;
}

export function openUpstreams(): Upstreams {
  return {
    pooled: new UpstreamAgent({
      keepAlive: true,
      maxFreeSockets: MAX_IDLE_PER_BACKEND,
      timeout: UPSTREAM_IDLE_MS,
    }),
    fresh: new UpstreamAgent({ keepAlive: false }),
  };
}

type AddRequest = (this: Agent, request: ClientRequest, options: object) => void;
// What makes an object an agent to Node, though its types do not say so.
const { addRequest } = Agent.prototype as unknown as { addRequest: AddRequest };

/**
 * Shows each request before a byte of it is sent. The library itself tells of a request only when
 * it has a socket, and not at all of one with Expect.
 */
export class UpstreamAgent extends Agent {
  #show: ((request: ClientRequest) => void) | undefined;

  /** `send` makes one request over this agent before it returns; `show` sees it. */
  showing(show: (request: ClientRequest) => void, send: () => void): void {
    this.#show = show;
    try {
      send();
    } finally {
      this.#show = undefined;
    }
  }

  addRequest(request: ClientRequest, options: object): void {
    this.#show?.(request);
    addRequest.call(this, request, options);
  }
}

class UpstreamTimeout extends Error {
  override readonly name = "UpstreamTimeout";
  readonly kind: "connect-timeout" | "answer-timeout";

  constructor(kind: UpstreamTimeout["kind"]) {
    super(kind);
    this.kind = kind;
  }
}

export interface UpstreamLimits {
  connectTimeoutMs: number;
  answerTimeoutMs: number | undefined;
}

/** Destroys the request when its backend takes too long to accept it, or to answer it once sent. */
export function limitWaiting(request: ClientRequest, limits: UpstreamLimits): void {
  const { connectTimeoutMs, answerTimeoutMs } = limits;
  const destroyAfter = (ms: number, kind: UpstreamTimeout["kind"]) => {
    const timer = setTimeout(() => request.destroy(new UpstreamTimeout(kind)), ms);
    request.once("close", () => clearTimeout(timer));
    return () => clearTimeout(timer);
  };
  request.once("socket", (socket) => {
    if (!socket.connecting) return;
    socket.once("connect", destroyAfter(connectTimeoutMs, "connect-timeout"));
  });
  if (answerTimeoutMs === undefined) return;
  request.once("finish", () => {
    const clear = destroyAfter(answerTimeoutMs, "answer-timeout");
    request.once("response", clear);
    request.once("upgrade", clear);
  });
}

export function failureOf(request: ClientRequest | undefined, error: Error): UpstreamFailure {
  if (error instanceof UpstreamTimeout) return { kind: error.kind, error };
  const connected = request?.socket != null && !request.socket.connecting;
  const refused = !connected || ("syscall" in error && error.syscall === "connect");
  return { kind: refused ? "unreachable" : "broken-answer", error };
}

/** Counts the connection that a request to a backend is given. */
export function countConnection(
  figures: Pick<EngineFigures, "upstreamConnects" | "upstreamReuses">,
  request: ClientRequest,
): void {
  request.once("socket", () => {
    if (request.reusedSocket) figures.upstreamReuses += 1;
    else figures.upstreamConnects += 1;
  });
}

/**
 * Whether a request without a body may be sent once more: a pooled connection that its backend has just
 * closed says nothing about the backend.
 */
export function isRepeatable(
  request: ClientRequest | undefined,
  error: Error,
  { method }: RequestHead,
): boolean {
  if (request?.reusedSocket !== true || !IDEMPOTENT.has(method)) return false;
  const code = "code" in error ? error.code : undefined;
  return code === "ECONNRESET" || code === "EPIPE";
}
