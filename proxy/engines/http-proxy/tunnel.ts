import { type ClientRequest, type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Forward, HeaderPair, RequestHead } from "../../engine.ts";
import { headerValues, hopByHopNames } from "../../headers.ts";
import { applyResponseEdits } from "../../response-headers.ts";
import { editedHeaders, grouped, lowerPairs, rawPairs } from "../node-http/raw-headers.ts";
import { countConnection, failureOf, limitWaiting } from "../node-http/upstream.ts";
import type { Trip } from "../trip.ts";
import { agreesToUpgrade, isWebSocket } from "../upgrades.ts";
import type { ForwardDeps } from "./exchange.ts";
import { OpenTunnel, type Tunnels } from "./open-tunnel.ts";
import { relayAnswer } from "./relay-answer.ts";
import { writeRawAnswer } from "./write-raw-answer.ts";

export type TunnelDeps = ForwardDeps & { tunnels: Tunnels };

export interface UpgradeClient {
  request: IncomingMessage;
  socket: Socket;
  /** What came behind the request's head. */
  early: Buffer;
  head: RequestHead;
  /** The header lines in their own case. */
  pairs: readonly HeaderPair[];
  trip: Trip;
}

/** Forwards an upgrade: a tunnel if the backend agrees, else the backend's own answer. */
export function tunnel(deps: TunnelDeps, client: UpgradeClient, forward: Forward): void {
  const { gate, inFlight } = deps;
  gate.begun(forward.backendId);
  const attempt = new UpgradeAttempt(deps, client, forward);
  const over = inFlight.add(forward, () => attempt.cut());
  client.socket.once("close", () => {
    over();
    gate.ended(forward.backendId);
  });
  attempt.start();
}

class UpgradeAttempt {
  readonly #deps: TunnelDeps;
  readonly #client: UpgradeClient;
  readonly #forward: Forward;
  #upstream: ClientRequest | undefined;
  /** The client has its answer, or its tunnel. */
  #settled = false;
  #tunnel: OpenTunnel | undefined;

  constructor(deps: TunnelDeps, client: UpgradeClient, forward: Forward) {
    this.#deps = deps;
    this.#client = client;
    this.#forward = forward;
  }

  start(): void {
    const { library, upstreams } = this.#deps;
    const { request, socket, early } = this.#client;
    request.headers = outgoingHeaders(this.#client, this.#forward);
    const options = {
      target: this.#forward.upstream,
      toProxy: true,
      agent: upstreams.fresh,
    };
    try {
      upstreams.fresh.showing(
        (created) => this.#prepare(created),
        () => library.ws(request, socket, early, options, (error) => this.#fail(error)),
      );
    } catch (error) {
      this.#fail(error);
    }
    // The library relays a refusal without back-pressure, and frames bodies where there are none.
    this.#upstream?.removeAllListeners("response");
    this.#upstream?.once("response", (answer) => this.#refuse(answer));
    if (this.#upstream !== undefined) this.#checkBeforeJoining(this.#upstream);
  }

  cut(): void {
    if (this.#tunnel === undefined) this.#client.socket.destroy();
    else this.#tunnel.cut();
  }

  /** The library joins the sockets on any 101, whatever was asked for. */
  #checkBeforeJoining(upstream: ClientRequest): void {
    const joins = upstream.listeners("upgrade");
    upstream.removeAllListeners("upgrade");
    upstream.once("upgrade", (answer, backend, early) => {
      if (agreesToUpgrade(this.#client.head, lowerPairs(answer))) {
        this.#agree(answer, backend);
        for (const join of joins) join(answer, backend, early);
      } else {
        backend.destroy();
        this.#fail(new Error("the backend switched to what was not asked for"));
      }
    });
  }

  #prepare(created: ClientRequest): void {
    const { head, socket } = this.#client;
    this.#upstream = created;
    created.path = this.#forward.path;
    created.maxHeadersCount = 0;
    created.setHeader("Upgrade", headerValues(head.headers, "upgrade"));
    countConnection(this.#deps.figures, created);
    limitWaiting(created, this.#deps.limits);
    socket.once("close", () => created.destroy());
  }

  /** Runs before the library's own listener, which sends this head and joins the two sockets. */
  #agree(answer: IncomingMessage, backend: Socket): void {
    this.#settled = true;
    answer.headers = agreedHeaders(answer, this.#forward);
    const { socket, head, trip } = this.#client;
    trip.upgraded();
    this.#tunnel = new OpenTunnel(socket, backend, isWebSocket(head));
    this.#deps.tunnels.add(this.#tunnel);
  }

  #refuse(answer: IncomingMessage): void {
    if (this.#settled) return;
    const { request, socket, trip } = this.#client;
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    // Node's server has let go of the socket, so its drain reaches nobody else.
    const onDrain = () => response.emit("drain");
    socket.on("drain", onDrain);
    response.once("finish", () => socket.destroySoon());
    response.once("close", () => socket.destroySoon());
    try {
      response.assignSocket(socket);
      relayAnswer(answer, { response, trip }, this.#forward.response);
      this.#settled = true;
    } catch (error) {
      response.detachSocket(socket);
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#upstream?.destroy();
    const { head } = this.#client;
    const failure = failureOf(this.#upstream, error as Error);
    writeRawAnswer(this.#client, this.#deps.gate.explainFailure(head, this.#forward, failure));
  }
}

function outgoingHeaders({ pairs }: UpgradeClient, { request }: Forward) {
  const remove = new Set([...request.remove, "expect", "content-length"]);
  const headers = editedHeaders(pairs, { ...request, remove });
  headers.Connection = "Upgrade";
  // The library destroys what is no WebSocket; the client's own value is put in before it is sent.
  headers.upgrade = "websocket";
  return headers as IncomingMessage["headers"];
}

function agreedHeaders(answer: IncomingMessage, { response }: Forward) {
  const pairs = rawPairs(answer);
  const lower = lowerPairs(answer);
  const hopByHop = hopByHopNames(lower);
  const passed = pairs.filter(([name]) => !hopByHop.has(name.toLowerCase()));
  const upgrade = headerValues(lower, "upgrade").map((value) => ["Upgrade", value] as const);
  const edited = applyResponseEdits(passed, response);
  return grouped([["Connection", "Upgrade"], ...upgrade, ...edited]) as IncomingMessage["headers"];
}
