import type { IncomingMessage } from "node:http";
import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { Answer, HeaderPair, ResponseEdits } from "../../engine.ts";
import { headerValues, hopByHopNames, listEntries } from "../../headers.ts";
import { applyResponseEdits } from "../../response-headers.ts";
import { grouped, rawPairs, trailersOf } from "../node-http/raw-headers.ts";
import { isOpen, type StreamClient } from "./stream-client.ts";

export interface AnswerLimits {
  /** How long a client may take to read what is left of a whole answer. */
  keepAliveMs: number;
}

/** Answers instead of a backend. What the client still sends is not wanted. */
export function answerStream(
  { stream, head, trip, written }: StreamClient,
  { status, headers, body }: Answer,
  limits: AnswerLimits,
): void {
  if (!isOpen(stream) || stream.headersSent) return;
  const hasBody = head.method !== "HEAD" && body !== "";
  const fields = fieldsOf(status, headers);
  stream.respond(fields, { endStream: !hasBody });
  trip.answered(status);
  written.addHead(fields);
  if (hasBody) {
    stream.end(body);
    written.addBody(body);
  }
  limitReading(stream, limits);
  endUnread(stream);
}

/**
 * Streams a backend's answer to the client. Throws if its head is not one that may be passed on. When
 * the backend breaks off, the stream is reset: a cut body must not look whole.
 */
export function relayToStream(
  answer: IncomingMessage,
  { stream, head, trip, written }: StreamClient,
  edits: ResponseEdits,
  limits: AnswerLimits,
): void {
  const status = answer.statusCode ?? 502;
  if (status === 101) throw new Error("a switch to no protocol");
  const fields = fieldsOf(status, applyResponseEdits(passedOn(rawPairs(answer)), edits));
  const endStream = head.method === "HEAD" || status === 204 || status === 304;
  const isChunked = answer.headers["transfer-encoding"] !== undefined;
  const waitForTrailers = isChunked && !endStream;
  stream.respond(fields, { endStream, waitForTrailers });
  trip.relayed(status);
  written.addHead(fields);
  if (endStream) {
    answer.resume();
    endUnread(stream);
    return;
  }
  stream.once("wantTrailers", () => sendTrailers(stream, answer));
  // To close it with a code would end the body in order first.
  answer.on("error", (error) => stream.destroy(error));
  answer.on("data", (chunk: Buffer) => written.addBody(chunk));
  answer.once("end", () => {
    limitReading(stream, limits);
    if (!waitForTrailers) endUnread(stream);
  });
  answer.pipe(stream);
}

/** The stream ends with them, be there any or none. */
function sendTrailers(stream: ServerHttp2Stream, { rawTrailers }: IncomingMessage): void {
  const pairs = trailersOf(rawTrailers).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  try {
    stream.sendTrailers(grouped(pairs));
    // The frame goes out once this turn is over, and nothing goes out behind a reset.
    setImmediate(() => endUnread(stream));
  } catch (error) {
    // Some may not be repeated in HTTP/2.
    stream.destroy(error as Error);
  }
}

/** In lower case, without what was meant for this hop alone. */
function passedOn(pairs: readonly HeaderPair[]): HeaderPair[] {
  const lower = pairs.map(([name, value]): HeaderPair => [name.toLowerCase(), value]);
  const codings = listEntries(headerValues(lower, "transfer-encoding"));
  if (codings.length > 0 && codings.join() !== "chunked") {
    throw new Error(`unknown transfer coding: ${codings.join()}`);
  }
  const hopByHop = hopByHopNames(lower);
  return lower.filter(([name]) => !hopByHop.has(name) && name !== "http2-settings");
}

function fieldsOf(status: number, headers: readonly HeaderPair[]): OutgoingHttpHeaders {
  return { ":status": status, ...grouped(headers) };
}

/** A client that opens no window would else hold what is written for as long as it likes. */
function limitReading(stream: ServerHttp2Stream, { keepAliveMs }: AnswerLimits): void {
  if (stream.writableFinished) return;
  const late = () => stream.destroy(new Error("the client does not read its answer"));
  const timer = setTimeout(late, keepAliveMs);
  for (const event of ["finish", "close"]) stream.once(event, () => clearTimeout(timer));
}

/** Tells a client whose upload nobody reads to stop, once it has its answer. */
function endUnread(stream: ServerHttp2Stream): void {
  const stop = () => {
    if (!stream.readableEnded && !stream.destroyed) stream.close(constants.NGHTTP2_NO_ERROR);
  };
  if (stream.writableFinished) stop();
  else stream.once("finish", stop);
}
