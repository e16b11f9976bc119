import type { IncomingMessage } from "node:http";
import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { Answer, HeaderPair, ResponseEdits } from "../../engine.ts";
import { headerValues, hopByHopNames, listEntries } from "../../headers.ts";
import { applyResponseEdits } from "../../response-headers.ts";
import { grouped, rawPairs } from "../node-http/raw-headers.ts";

/** Answers instead of a backend. What the client still sends is not wanted. */
export function answerStream(
  stream: ServerHttp2Stream,
  method: string,
  { status, headers, body }: Answer,
): void {
  if (stream.destroyed || stream.headersSent) return;
  stream.respond(fieldsOf(status, headers), { endStream: method === "HEAD" || body === "" });
  if (method !== "HEAD" && body !== "") stream.end(body);
  endUnread(stream);
}

/**
 * Streams a backend's answer to the client. Throws if its head is not one that may be passed on. When
 * the backend breaks off, the stream is reset: a cut body must not look whole.
 */
export function relayToStream(
  answer: IncomingMessage,
  stream: ServerHttp2Stream,
  method: string,
  edits: ResponseEdits,
): void {
  const status = answer.statusCode ?? 502;
  if (status === 101) throw new Error("a switch to no protocol");
  const headers = applyResponseEdits(passedOn(rawPairs(answer)), edits);
  const hasTrailers = answer.headers.trailer !== undefined;
  const endStream = method === "HEAD" || status === 204 || status === 304;
  stream.respond(fieldsOf(status, headers), {
    endStream,
    waitForTrailers: hasTrailers && !endStream,
  });
  if (endStream) {
    answer.resume();
    endUnread(stream);
    return;
  }
  if (hasTrailers) stream.once("wantTrailers", () => stream.sendTrailers(answer.trailers));
  // To close it with a code would end the body in order first.
  answer.once("error", (error) => stream.destroy(error));
  answer.once("end", () => endUnread(stream));
  answer.pipe(stream);
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

/** Tells a client whose upload nobody reads to stop, once it has its answer. */
function endUnread(stream: ServerHttp2Stream): void {
  const stop = () => {
    if (!stream.readableEnded && !stream.destroyed) stream.close(constants.NGHTTP2_NO_ERROR);
  };
  if (stream.writableFinished) stop();
  else stream.once("finish", stop);
}
