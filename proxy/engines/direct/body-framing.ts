import { headerValues, listEntries } from "../../headers.ts";
import type { FieldLines, ParsedAnswer, ParsedRequest } from "./head-parser.ts";

/** How to tell where a message's body ends (RFC 9112 §6). */
export type Framing =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly sizeBytes: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "until-close" };

const NONE: Framing = { kind: "none" };
const CHUNKED: Framing = { kind: "chunked" };
const UNTIL_CLOSE: Framing = { kind: "until-close" };

/** Undefined if two readers could disagree, so that nobody must find out which one is right. */
export function requestFraming(request: ParsedRequest): Framing | undefined {
  const stated = statedFraming(request, request.minor);
  if (stated !== "unstated") return stated;
  // RFC 1945 §8.3 wants a length with each of these, and gives no other way to end their bodies.
  const needsLength = request.minor === 0 && /^(POST|PUT|PATCH)$/.test(request.method);
  return needsLength ? undefined : NONE;
}

/** Undefined, as above, for answers that no client should have to make sense of. */
export function answerFraming(answer: ParsedAnswer, method: string): Framing | undefined {
  const stated = statedFraming(answer, answer.minor);
  if (stated === undefined || hasNoBody(answer.status, method)) {
    return stated === undefined ? undefined : NONE;
  }
  return stated === "unstated" ? UNTIL_CLOSE : stated;
}

/** Whatever its headers announce. */
export function hasNoBody(status: number, method: string): boolean {
  return method === "HEAD" || status < 200 || status === 204 || status === 304;
}

function statedFraming({ headers }: FieldLines, minor: 0 | 1): Framing | "unstated" | undefined {
  const codings = headerValues(headers, "transfer-encoding");
  const lengths = headerValues(headers, "content-length");
  if (codings.length > 0) {
    const sane = lengths.length === 0 && minor === 1 && codings.length === 1;
    return sane && codings[0]?.toLowerCase() === "chunked" ? CHUNKED : undefined;
  }
  const [length, ...others] = lengths;
  if (length === undefined) return "unstated";
  if (others.length > 0 || !/^\d{1,15}$/.test(length)) return undefined;
  return { kind: "length", sizeBytes: Number(length) };
}

// What a peer must not take off a message by calling it a matter of one hop.
const NEVER_OF_ONE_HOP = new Set(["host", "content-length", "transfer-encoding", "connection"]);
const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

/** The entries of Connection, in lower case; undefined if they would change what the message means. */
export function connectionEntries({ headers }: FieldLines): readonly string[] | undefined {
  const entries = listEntries(headerValues(headers, "connection"));
  const sane = entries.every((entry) => TOKEN.test(entry) && !NEVER_OF_ONE_HOP.has(entry));
  return sane ? entries : undefined;
}

/** Whether the connection may carry another message after this one, as far as its sender says. */
export function keepsAlive(minor: 0 | 1, connection: readonly string[]): boolean {
  if (connection.includes("close")) return false;
  return minor === 1 || connection.includes("keep-alive");
}
