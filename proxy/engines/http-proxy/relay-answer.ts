import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import type { Answer, HeaderPair, ResponseEdits } from "../../engine.ts";
import { headerValues, hopByHopNames, listEntries } from "../../headers.ts";
import { applyResponseEdits } from "../../response-headers.ts";
import { rawPairs, trailersOf } from "../node-http/raw-headers.ts";
import type { Trip } from "../trip.ts";

interface AnsweredClient {
  request: IncomingMessage;
  response: ServerResponse;
  trip: Trip;
}

/**
 * Streams a backend's answer to the client. Throws if its head is not one that may be passed on.
 * When the backend breaks off, so does the client's connection: a cut body must not look whole.
 */
export function relayAnswer(
  answer: IncomingMessage,
  { response, trip }: Pick<AnsweredClient, "response" | "trip">,
  edits: ResponseEdits,
): void {
  response.writeHead(
    answer.statusCode ?? 502,
    answer.statusMessage ?? "",
    flat(headOf(answer, edits)),
  );
  trip.relayed(answer.statusCode ?? 502);
  answer.once("end", () => {
    const trailers = trailersOf(answer.rawTrailers);
    if (trailers.length > 0 && response.chunkedEncoding) response.addTrailers(trailers);
  });
  answer.on("error", () => response.destroy());
  answer.pipe(response);
}

function headOf(answer: IncomingMessage, edits: ResponseEdits): HeaderPair[] {
  // Node takes a 101 that lacks an upgrade's headers for an answer like any other.
  if (answer.statusCode === 101) throw new Error("a switch to no protocol");
  const pairs = rawPairs(answer);
  const lower = pairs.map(([name, value]) => [name.toLowerCase(), value] as const);
  const codings = listEntries(headerValues(lower, "transfer-encoding"));
  if (codings.length > 0 && codings.join() !== "chunked") {
    throw new Error(`unknown transfer coding: ${codings.join()}`);
  }
  const hopByHop = hopByHopNames(lower);
  return applyResponseEdits(
    pairs.filter(([name]) => !hopByHop.has(name.toLowerCase())),
    edits,
  );
}

/** Passes 1xx answers on: 100 only to a client that waits for it, hints if they are well-formed. */
export function relayInformation(
  request: ClientRequest,
  response: ServerResponse,
  expectsContinue: boolean,
): void {
  if (expectsContinue) {
    request.on("continue", () => {
      if (!response.headersSent) response.writeContinue();
    });
  }
  request.on("information", ({ statusCode, headers }) => {
    if (statusCode !== 103 || response.headersSent || headers.link === undefined) return;
    try {
      response.writeEarlyHints({ link: headers.link });
    } catch {
      // A malformed hint is worth nothing to anybody.
    }
  });
}

/** Answers instead of a backend. What is left of a body that nobody wants ends with the connection. */
export function writeAnswer(
  { request, response, trip }: AnsweredClient,
  { status, headers, body }: Answer,
): void {
  if (response.headersSent || response.destroyed) return;
  if (!request.complete) response.shouldKeepAlive = false;
  response.writeHead(status, flat(headers));
  trip.answered(status);
  response.end(body);
  request.unpipe();
  request.resume();
}

/** Registered before the body is piped, so that it comes before the end that the pipe brings. */
export function relayTrailers(request: IncomingMessage, upstream: ClientRequest): void {
  request.once("end", () => {
    const trailers = trailersOf(request.rawTrailers);
    if (trailers.length > 0 && upstream.chunkedEncoding) upstream.addTrailers(trailers);
  });
}

function flat(pairs: readonly HeaderPair[]): string[] {
  return pairs.flat();
}
