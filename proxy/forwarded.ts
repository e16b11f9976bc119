import { isIP } from "node:net";
import { plainAddress } from "../src/shared/addresses.ts";
import type { HeaderPair, RequestHead } from "./engine.ts";
import { headerValues, listEntries, soleHeader } from "./headers.ts";
import type { TrustedProxies } from "./trusted-proxies.ts";

type Head = Pick<RequestHead, "headers" | "peerAddress" | "secure">;

/** What else a client could write to lie about where it comes from. */
export const FORGEABLE_HEADERS = ["forwarded", "x-real-ip"] as const;

export const FORWARDED_PREFIX = "x-forwarded-";

/**
 * X-Forwarded-For, -Proto, -Host and -Port. A client's own are replaced; those of a trusted front
 * proxy are kept, and its address is appended.
 */
export function forwardedHeaders(head: Head, host: string, trusted: TrustedProxies): HeaderPair[] {
  const peer = plainAddress(head.peerAddress);
  const believed = trusted.trusts(peer) ? head.headers : [];
  const proto = protoOf(believed) ?? (head.secure ? "https" : "http");
  const forwardedHost = soleHeader(believed, "x-forwarded-host") ?? host;
  const given = headerValues(believed, "x-forwarded-for").join(", ");
  return [
    ["x-forwarded-for", given === "" ? peer : `${given}, ${peer}`],
    ["x-forwarded-proto", proto],
    ["x-forwarded-host", forwardedHost],
    ["x-forwarded-port", portOf(believed) ?? hostPort(forwardedHost) ?? defaultPort(proto)],
  ];
}

export function isBehindTrusted(head: Head, trusted: TrustedProxies): boolean {
  return trusted.trusts(plainAddress(head.peerAddress));
}

/** Who is at the other end: the last address that no trusted front proxy has. */
export function clientAddress(head: Head, trusted: TrustedProxies): string {
  const peer = plainAddress(head.peerAddress);
  if (!trusted.trusts(peer)) return peer;
  const told = listEntries(headerValues(head.headers, "x-forwarded-for")).map(plainAddress);
  const client = told.findLast((address) => !trusted.trusts(address));
  // What is no address was made up by somebody.
  return client !== undefined && isIP(client) !== 0 ? client : peer;
}

function protoOf(headers: readonly HeaderPair[]): "http" | "https" | undefined {
  const [first] = listEntries(headerValues(headers, "x-forwarded-proto"));
  return first === "http" || first === "https" ? first : undefined;
}

function portOf(headers: readonly HeaderPair[]): string | undefined {
  const port = soleHeader(headers, "x-forwarded-port");
  return port !== undefined && /^\d{1,5}$/.test(port) ? port : undefined;
}

function hostPort(host: string): string | undefined {
  return /:(\d{1,5})$/.exec(host)?.[1];
}

function defaultPort(proto: "http" | "https"): string {
  return proto === "https" ? "443" : "80";
}
