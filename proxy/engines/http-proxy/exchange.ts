import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { ProxyServer } from "http-proxy";
import type { Forward, Gate, HeaderPair, RequestHead } from "../../engine.ts";
import type { EngineFigures } from "../../figures/figures.ts";
import { headerValues } from "../../headers.ts";
import type { InFlight } from "../in-flight.ts";
import { editedHeaders } from "../node-http/raw-headers.ts";
import {
  countConnection,
  failureOf,
  isRepeatable,
  limitWaiting,
  type UpstreamAgent,
  type UpstreamLimits,
  type Upstreams,
} from "../node-http/upstream.ts";
import type { Trip } from "../trip.ts";
import { relayAnswer, relayInformation, relayTrailers, writeAnswer } from "./relay-answer.ts";

const UNREAD_LINGER_MS = 2_000;

export interface ForwardDeps {
  gate: Gate;
  figures: EngineFigures;
  library: ProxyServer;
  upstreams: Upstreams;
  inFlight: InFlight;
  limits: UpstreamLimits;
}

export interface Client {
  request: IncomingMessage;
  response: ServerResponse;
  head: RequestHead;
  /** The header lines in their own case. */
  pairs: readonly HeaderPair[];
  trip: Trip;
}

type OnFailure = (upstream: ClientRequest | undefined, error: Error) => void;

/** Forwards one request that is not an upgrade, to the end of its answer. */
export function exchange(deps: ForwardDeps, client: Client, forward: Forward): void {
  const { gate, upstreams, inFlight } = deps;
  const { request, response, head } = client;
  gate.begun(forward.backendId);
  const over = inFlight.add(forward, () => request.socket.destroy());
  response.once("close", () => {
    over();
    gate.ended(forward.backendId);
  });
  const giveUp: OnFailure = (upstream, error) =>
    writeAnswer(client, gate.explainFailure(head, forward, failureOf(upstream, error)));
  attempt(deps, client, forward, upstreams.pooled, (upstream, error) => {
    if (isRepeatable(upstream, error, head) && !hasBody(head))
      attempt(deps, client, forward, upstreams.fresh, giveUp);
    else giveUp(upstream, error);
  });
}

function attempt(
  { library, limits, figures }: ForwardDeps,
  client: Client,
  forward: Forward,
  agent: UpstreamAgent,
  onFailure: OnFailure,
): void {
  const { request, response, head } = client;
  let upstream: ClientRequest | undefined;
  let failed = false;
  const fail = (error: unknown) => {
    if (failed || response.headersSent || request.socket.destroyed) return;
    failed = true;
    upstream?.destroy();
    onFailure(upstream, error as Error);
  };
  const prepare = (created: ClientRequest) => {
    upstream = created;
    // The library would normalise the path, and Node would drop header lines past 2,000.
    created.path = forward.path;
    created.maxHeadersCount = 0;
    countConnection(figures, created);
    limitWaiting(created, limits);
    relayTrailers(request, created);
    relayInformation(created, response, expectsContinue(head));
    created.once("response", (answer) => {
      attemptTo(() => relayAnswer(answer, client, forward.response), fail);
    });
    // Without its answer read to the end, or its body sent to it, it would stay open for good.
    response.once("close", () => created.destroy());
    created.once("close", () => {
      if (failed) return;
      // Node ends a request without an error when its backend switches protocols unasked.
      if (!response.headersSent) fail(new Error("the backend gave no answer"));
      else endUnread(client);
    });
  };
  request.headers = outgoingHeaders(client, forward);
  // The library takes the framing off the bodies of DELETE and OPTIONS, going by this method.
  request.method = "GET";
  const options = {
    target: forward.upstream,
    toProxy: true,
    selfHandleResponse: true,
    method: head.method,
    agent,
  };
  const send = () => library.web(request, response, options, fail);
  attemptTo(() => agent.showing(prepare, send), fail);
  // A backend may have something to say to the head alone.
  if (hasBody(head) && !failed) upstream?.flushHeaders();
}

function attemptTo(act: () => void, onError: (error: unknown) => void): void {
  try {
    act();
  } catch (error) {
    onError(error);
  }
}

function outgoingHeaders({ pairs, head }: Client, { request }: Forward) {
  const headers = editedHeaders(pairs, request);
  // The body comes out of Node's parser decoded, so it goes back in with the same framing.
  if (headerValues(head.headers, "transfer-encoding").length > 0) {
    headers["transfer-encoding"] = "chunked";
  }
  return headers as IncomingMessage["headers"];
}

function hasBody({ headers }: RequestHead): boolean {
  return headers.some(
    ([name, value]) => name === "transfer-encoding" || (name === "content-length" && value !== "0"),
  );
}

function expectsContinue({ headers }: RequestHead): boolean {
  return headers.some(([name, value]) => name === "expect" && /^100-continue$/i.test(value));
}

/**
 * A backend may answer early; what the client still sends then has nowhere to go. Closing at once
 * would reset the connection and could take the answer from a client that has yet to read it.
 */
function endUnread({ request, response }: Client): void {
  if (request.complete) return;
  request.unpipe();
  request.resume();
  if (response.writableFinished) closeGently(request.socket);
  else response.once("finish", () => closeGently(request.socket));
}

function closeGently(socket: Socket): void {
  if (socket.destroyed) return;
  socket.end();
  const timer = setTimeout(() => socket.destroy(), UNREAD_LINGER_MS);
  socket.once("close", () => clearTimeout(timer));
}
