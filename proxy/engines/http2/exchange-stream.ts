import { type ClientRequest, request as openRequest } from "node:http";
import type { ServerHttp2Stream } from "node:http2";
import type { EngineDeps, Forward, RequestHead } from "../../engine.ts";
import { headerValues } from "../../headers.ts";
import { editedHeaders } from "../node-http/raw-headers.ts";
import {
  failureOf,
  isRepeatable,
  limitWaiting,
  type UpstreamAgent,
  type UpstreamLimits,
  type Upstreams,
} from "../node-http/upstream.ts";
import { answerStream, relayToStream } from "./write-stream.ts";

interface ExchangeDeps extends Pick<EngineDeps, "gate" | "log"> {
  upstreams: Upstreams;
  limits: UpstreamLimits;
}

interface StreamClient {
  stream: ServerHttp2Stream;
  head: RequestHead;
}

type OnFailure = (upstream: ClientRequest | undefined, error: Error) => void;

/** Forwards one request to the end of its answer. */
export function exchangeStream(deps: ExchangeDeps, client: StreamClient, forward: Forward): void {
  const { gate, upstreams } = deps;
  const { stream, head } = client;
  gate.begun(forward.backendId);
  stream.once("close", () => gate.ended(forward.backendId));
  if (headerValues(head.headers, "expect").some((value) => /^100-continue$/i.test(value))) {
    stream.additionalHeaders({ ":status": 100 });
  }
  const giveUp: OnFailure = (upstream, error) => {
    const failure = failureOf(upstream, error);
    answerStream(stream, head.method, gate.explainFailure(head, forward, failure));
  };
  attempt(deps, client, forward, upstreams.pooled, (upstream, error) => {
    if (isRepeatable(upstream, error, head) && !hasBody(stream))
      attempt(deps, client, forward, upstreams.fresh, giveUp);
    else giveUp(upstream, error);
  });
}

function attempt(
  { limits }: ExchangeDeps,
  { stream, head }: StreamClient,
  forward: Forward,
  agent: UpstreamAgent,
  onFailure: OnFailure,
): void {
  let upstream: ClientRequest | undefined;
  let failed = false;
  const fail = (error: unknown) => {
    if (failed || stream.headersSent || stream.destroyed) return;
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
  limitWaiting(created, limits);
  created.on("error", fail);
  created.on("information", ({ statusCode, headers }) => {
    if (statusCode !== 103 || stream.headersSent || headers.link === undefined) return;
    stream.additionalHeaders({ ":status": 103, link: headers.link });
  });
  created.once("response", (answer) => {
    try {
      relayToStream(answer, stream, head.method, forward.response);
    } catch (error) {
      fail(error);
    }
  });
  // Node ends a request without an error when its backend switches protocols unasked.
  created.once("close", () => fail(new Error("the backend gave no answer")));
  stream.once("close", () => created.destroy());
  sendBody(stream, created);
}

function sendBody(stream: ServerHttp2Stream, upstream: ClientRequest): void {
  if (!hasBody(stream)) {
    upstream.end();
    return;
  }
  stream.once("trailers", (trailers) => {
    if (upstream.chunkedEncoding) upstream.addTrailers(trailers as Record<string, string>);
  });
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
