import { type ClientRequest, request as openRequest } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import type { EngineDeps, Forward, RequestHead } from "../../engine.ts";
import { headerValues } from "../../headers.ts";
import { isRefusedTrailer } from "../../trailers.ts";
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
import { isOpen, type StreamClient } from "./stream-client.ts";
import { type AnswerLimits, answerStream, relayToStream } from "./write-stream.ts";

export interface ExchangeDeps extends Pick<EngineDeps, "gate" | "figures"> {
  upstreams: Upstreams;
  inFlight: InFlight;
  limits: UpstreamLimits & AnswerLimits;
}

type OnFailure = (upstream: ClientRequest | undefined, error: Error) => void;

/** Forwards one request to the end of its answer. */
export function exchangeStream(deps: ExchangeDeps, client: StreamClient, forward: Forward): void {
  const { gate, upstreams, inFlight, limits } = deps;
  const { stream, head } = client;
  gate.begun(forward.backendId);
  const over = inFlight.add(forward, () => stream.destroy(new Error("its token was revoked")));
  stream.once("close", () => {
    over();
    gate.ended(forward.backendId);
  });
  if (headerValues(head.headers, "expect").some((value) => /^100-continue$/i.test(value))) {
    stream.additionalHeaders({ ":status": 100 });
  }
  const giveUp: OnFailure = (upstream, error) => {
    const failure = failureOf(upstream, error);
    answerStream(client, gate.explainFailure(head, forward, failure), limits);
  };
  attempt(deps, client, forward, upstreams.pooled, (upstream, error) => {
    if (isRepeatable(upstream, error, head) && !hasBody(stream))
      attempt(deps, client, forward, upstreams.fresh, giveUp);
    else giveUp(upstream, error);
  });
}

function attempt(
  { limits, figures }: ExchangeDeps,
  client: StreamClient,
  forward: Forward,
  agent: UpstreamAgent,
  onFailure: OnFailure,
): void {
  const { stream, head } = client;
  let upstream: ClientRequest | undefined;
  let failed = false;
  const fail = (error: unknown) => {
    if (failed || stream.headersSent || !isOpen(stream)) return;
    failed = true;
    upstream?.destroy();
    onFailure(upstream, error as Error);
  };
  try {
    upstream = openRequest({
      ...forward.upstream,
      method: head.method,
      path: forward.path,
      headers: outgoingHeaders(stream, head, forward),
      setHost: false,
      agent,
    });
  } catch (error) {
    fail(error);
    return;
  }
  const created = upstream;
  created.maxHeadersCount = 0;
  countConnection(figures, created);
  limitWaiting(created, limits);
  created.on("error", fail);
  created.on("information", ({ statusCode, headers }) => {
    if (statusCode === 103 && headers.link !== undefined) relayHint(stream, headers.link);
  });
  created.once("response", (answer) => {
    try {
      relayToStream(answer, client, forward.response, limits);
    } catch (error) {
      fail(error);
    }
  });
  // Node ends a request without an error when its backend switches protocols unasked.
  created.once("close", () => fail(new Error("the backend gave no answer")));
  stream.once("close", () => created.destroy());
  sendBody(stream, created);
}

function relayHint(stream: ServerHttp2Stream, link: string | string[]): void {
  if (!isOpen(stream) || stream.headersSent) return;
  try {
    stream.additionalHeaders({ ":status": 103, link });
  } catch {
    // A malformed hint is worth nothing to anybody.
  }
}

function sendBody(stream: ServerHttp2Stream, upstream: ClientRequest): void {
  if (!hasBody(stream)) {
    // Its end must have been read, or it looks like an upload that is not wanted.
    stream.resume();
    upstream.end();
    return;
  }
  stream.once("trailers", (trailers) => {
    const passed = Object.entries(trailers)
      .filter(([name]) => !isRefusedTrailer(name))
      .map(([name, value]): [string, string] => [name, String(value)]);
    if (!upstream.chunkedEncoding || passed.length === 0) return;
    try {
      upstream.addTrailers(passed);
    } catch (error) {
      upstream.destroy(error as Error);
    }
  });
  // A client may wait for an answer before it sends anything.
  upstream.flushHeaders();
  stream.pipe(upstream);
}

/** Of HTTP/2 the frames tell where a body ends; HTTP/1.1 wants a length, or chunks. */
function outgoingHeaders(stream: ServerHttp2Stream, head: RequestHead, forward: Forward) {
  const headers = editedHeaders(
    head.headers.filter(([name]) => name !== "expect"),
    forward.request,
  );
  const hasLength = headerValues(head.headers, "content-length").length > 0;
  if (hasBody(stream) && !hasLength) headers["transfer-encoding"] = "chunked";
  if (!hasBody(stream) && !hasLength && WITH_BODY.has(head.method)) headers["content-length"] = "0";
  return headers;
}

const WITH_BODY = new Set(["POST", "PUT", "PATCH"]);
function hasBody(stream: ServerHttp2Stream): boolean {
  return !stream.endAfterHeaders;
}
