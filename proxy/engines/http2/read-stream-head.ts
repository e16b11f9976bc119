import type { HeaderPair, RequestHead } from "../../engine.ts";
import type { ClientConnection } from "../../entrance/client-connection.ts";
import { pairsOf } from "../node-http/raw-headers.ts";

const PSEUDO = /^:/;

/** A stream's head, its names in lower case as HTTP/2 has them, as one of HTTP/1.1; undefined for what HTTP/1.1 cannot say. */
export function readStreamHead(
  rawHeaders: readonly string[],
  { peerAddress, secure }: Pick<ClientConnection, "peerAddress" | "secure">,
): RequestHead | undefined {
  const pairs = pairsOf(rawHeaders);
  const pseudo = new Map(pairs.filter(([name]) => PSEUDO.test(name)));
  const fields = pairs.filter(([name]) => !PSEUDO.test(name));
  const method = pseudo.get(":method");
  const target = pseudo.get(":path");
  if (method === undefined || target === undefined || method === "CONNECT") return undefined;
  // Of schemes that it does not know, the library lets pass what is no path.
  if (!target.startsWith("/") && !(target === "*" && method === "OPTIONS")) return undefined;
  const headers = withHost(withOneCookie(fields), pseudo.get(":authority"));
  return headers && { method, target, headers, peerAddress, secure, isUpgrade: false };
}

/** Two names of one host are one too many. */
function withHost(
  fields: readonly HeaderPair[],
  authority: string | undefined,
): HeaderPair[] | undefined {
  if (authority === undefined) return [...fields];
  const hosts = fields.filter(([name]) => name === "host");
  if (hosts.some(([, host]) => host.toLowerCase() !== authority.toLowerCase())) return undefined;
  return [["host", authority], ...fields.filter(([name]) => name !== "host")];
}

/** HTTP/2 lets clients send cookies one by one; HTTP/1.1 wants them in one line (RFC 9113 §8.2.3). */
function withOneCookie(fields: readonly HeaderPair[]): HeaderPair[] {
  const cookies = fields.filter(([name]) => name === "cookie").map(([, value]) => value);
  if (cookies.length < 2) return [...fields];
  return [...fields.filter(([name]) => name !== "cookie"), ["cookie", cookies.join("; ")]];
}
