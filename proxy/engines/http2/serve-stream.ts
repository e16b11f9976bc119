import type { ServerHttp2Stream } from "node:http2";
import type { Answer, RequestHead } from "../../engine.ts";
import type { ClientConnection } from "../../entrance/client-connection.ts";
import { headerValues, MAX_HEADER_LINES } from "../../headers.ts";
import type { TripDeps } from "../trip.ts";
import { type ExchangeDeps, exchangeStream } from "./exchange-stream.ts";
import { readStreamHead } from "./read-stream-head.ts";
import { isOpen, streamClient } from "./stream-client.ts";
import { answerStream } from "./write-stream.ts";

export type StreamDeps = ExchangeDeps & TripDeps;

/** Does with one request what the gate says. */
export async function serveStream(
  deps: StreamDeps,
  connection: ClientConnection,
  stream: ServerHttp2Stream,
  rawHeaders: readonly string[],
): Promise<void> {
  const { figures, gate, limits } = deps;
  const head = readStreamHead(rawHeaders, connection);
  if (head === undefined) {
    figures.malformedRequests += 1;
    figures.answered(400);
    stream.respond({ ":status": 400, "content-length": "0" }, { endStream: true });
    return;
  }
  const client = streamClient(deps, stream, head);
  const refusal = unacceptable(head);
  if (refusal !== undefined) figures.malformedRequests += 1;
  const gone = new AbortController();
  stream.once("close", () => gone.abort());
  const decision = refusal ?? (await gate.decide(head, gone.signal));
  client.trip.about(head, decision);
  if (!isOpen(stream)) return;
  if (decision.kind === "answer") answerStream(client, decision, limits);
  else exchangeStream(deps, client, decision);
}

/** Cookies come one by one in HTTP/2, so lines are counted as a backend will see them. */
function unacceptable({ headers }: RequestHead): Answer | undefined {
  if (headers.length > MAX_HEADER_LINES) return refusal(431);
  const expectations = headerValues(headers, "expect");
  const isKnown = expectations.every((value) => /^100-continue$/i.test(value));
  return isKnown && expectations.length < 2 ? undefined : refusal(417);
}

function refusal(status: number): Answer {
  return { kind: "answer", status, headers: [["content-length", "0"]], body: "" };
}
