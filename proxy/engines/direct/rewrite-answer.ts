import { STATUS_CODES } from "node:http";
import type { Answer, HeaderPair, ResponseEdits } from "../../engine.ts";
import { hopByHopNames } from "../../headers.ts";
import { applyResponseEdits } from "../../response-headers.ts";
import { type Framing, hasNoBody } from "./body-framing.ts";
import type { ParsedAnswer } from "./head-parser.ts";
import { headerLine, headerLines } from "./head-text.ts";

/** What the client's end of a connection wants of an answer's head. */
export interface AnswerContext {
  readonly minor: 0 | 1;
  /** Whether the connection carries another request after this answer. */
  readonly keepAlive: boolean;
}

/** How the client will know where the body ends. */
export type ClientFraming = "as-it-came" | "chunk-it" | "unchunk-it";

/** A body whose end only a close would tell gets chunks, so that one that was cut never looks whole. */
export function clientFraming(framing: Framing, minor: 0 | 1): ClientFraming {
  if (framing.kind === "until-close" && minor === 1) return "chunk-it";
  return framing.kind === "chunked" && minor === 0 ? "unchunk-it" : "as-it-came";
}

/** A backend's head as its client gets it, but for the empty line at its end. */
export function rewrittenAnswer(
  answer: ParsedAnswer,
  framing: Framing,
  edits: ResponseEdits,
  context: AnswerContext,
): string {
  const hopByHop = hopByHopNames(answer.headers);
  // RFC 9110 §8.6 has no length where there can be no body at all.
  if (answer.status === 204) hopByHop.add("content-length");
  const kept = answer.lines.filter(
    (_line, index) => !hopByHop.has(answer.headers[index]?.[0] ?? ""),
  );
  const chunks =
    (framing.kind === "chunked" || framing.kind === "until-close") && context.minor === 1;
  return (
    `HTTP/1.1 ${answer.status} ${answer.reason}\r\n` +
    headerLines(applyResponseEdits(kept, edits)) +
    (chunks ? "Transfer-Encoding: chunked\r\n" : "") +
    connectionLine(context)
  );
}

/** A 1xx as its client gets it, whole; the answer's own edits are for the answer that follows. */
export function rewrittenInformation({ status, reason, headers, lines }: ParsedAnswer): string {
  const remove = hopByHopNames(headers);
  for (const name of ["set-cookie", "content-length"]) remove.add(name);
  const kept = lines.filter((_line, index) => !remove.has(headers[index]?.[0] ?? ""));
  return `HTTP/1.1 ${status} ${reason}\r\n${headerLines(kept)}\r\n`;
}

/** The head that turns the client's connection into a tunnel, whole. */
export function rewrittenAgreement(answer: ParsedAnswer, edits: ResponseEdits): string {
  const hopByHop = hopByHopNames(answer.headers);
  const kept: HeaderPair[] = [];
  const upgrade: HeaderPair[] = [];
  for (const [index, [key, value]] of answer.headers.entries()) {
    if (key === "upgrade") upgrade.push(["Upgrade", value]);
    else if (!hopByHop.has(key)) kept.push([answer.lines[index]?.[0] ?? key, value]);
  }
  const lines = headerLines([...upgrade, ...applyResponseEdits(kept, edits)]);
  return `HTTP/1.1 101 ${answer.reason}\r\nConnection: Upgrade\r\n${lines}\r\n`;
}

/** An answer of the gate's, whole. */
export function ownAnswer(
  { status, headers, body }: Answer,
  context: AnswerContext & { method: string; dateLine: string },
): Buffer {
  const reason = STATUS_CODES[status] ?? "";
  const lines = headerLines(headers) + context.dateLine + connectionLine(context);
  const head = Buffer.from(`HTTP/1.1 ${status} ${reason}\r\n${lines}\r\n`, "latin1");
  return hasNoBody(status, context.method) ? head : Buffer.concat([head, Buffer.from(body)]);
}

/** HTTP/1.1 keeps a connection unless told otherwise, HTTP/1.0 closes it. */
function connectionLine({ minor, keepAlive }: AnswerContext): string {
  if (!keepAlive) return headerLine("connection", "close");
  return minor === 1 ? "" : headerLine("connection", "keep-alive");
}
