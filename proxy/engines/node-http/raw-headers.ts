import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { HeaderPair, RequestEdits, RequestHead } from "../../engine.ts";
import type { ClientConnection } from "../../entrance/client-connection.ts";
import { isRefusedTrailer } from "../../trailers.ts";

/** Header lines as they came: order, case and duplicates, which Node's `headers` lose. */
export function rawPairs({ rawHeaders }: Pick<IncomingMessage, "rawHeaders">): HeaderPair[] {
  return pairsOf(rawHeaders);
}

/** The trailers that may be passed on, as they came. */
export function trailersOf(rawTrailers: readonly string[]): [string, string][] {
  return pairsOf(rawTrailers).filter(([name]) => !isRefusedTrailer(name.toLowerCase()));
}

/** Of Node's raw lists, in which names and values take turns. */
export function pairsOf(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) pairs.push([raw[at] ?? "", raw[at + 1] ?? ""]);
  return pairs;
}

export function lowerPairs(message: IncomingMessage): HeaderPair[] {
  return rawPairs(message).map(([name, value]) => [name.toLowerCase(), value]);
}

export function readHead(
  request: IncomingMessage,
  pairs: readonly HeaderPair[],
  { peerAddress, secure }: Pick<ClientConnection, "peerAddress" | "secure">,
  isUpgrade = false,
): RequestHead {
  return {
    method: request.method ?? "",
    target: request.url ?? "",
    headers: pairs.map(([name, value]) => [name.toLowerCase(), value]),
    peerAddress,
    secure,
    isUpgrade,
  };
}

/** The edited headers, framing left out, in the form that Node sends line by line. */
export function editedHeaders(
  pairs: readonly HeaderPair[],
  { remove, set }: RequestEdits,
): OutgoingHttpHeaders {
  const replaced = new Set(set.map(([name]) => name));
  const kept = pairs.filter(([name]) => {
    const key = name.toLowerCase();
    return !remove.has(key) && !replaced.has(key);
  });
  return grouped([...kept, ...set]);
}

/** One entry a name, whatever its case; a repeated one holds its values in order. */
export function grouped(pairs: readonly HeaderPair[]): Record<string, string | string[]> {
  const spelling = new Map<string, string>();
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of pairs) {
    const key = spelling.get(name.toLowerCase()) ?? name;
    spelling.set(name.toLowerCase(), key);
    const before = headers[key];
    headers[key] = before === undefined ? value : [before, value].flat();
  }
  return headers;
}
