import type { Cluster } from "../src/protocol/cluster.ts";
import type { HeaderPair } from "./engine.ts";
import { headerValues } from "./headers.ts";

/**
 * Whether a request that only its cookie lets in comes from the backend's own pages, as far as its
 * Origin tells. Sessions are same-site neighbours, so SameSite does not keep one from driving another.
 */
export function isSameOrigin(
  headers: readonly HeaderPair[],
  host: string,
  scheme: Cluster["scheme"],
): boolean {
  const origins = headerValues(headers, "origin");
  if (origins.length === 0) return true;
  const [origin = ""] = origins;
  return origins.length === 1 && sameHost(origin, `${scheme}://${host}`);
}

/** Compared as origins, so that a default port or a trailing dot written out makes no difference. */
function sameHost(origin: string, own: string): boolean {
  const [theirs, ours] = [parseOrigin(origin), parseOrigin(own)];
  return theirs !== undefined && theirs === ours;
}

function parseOrigin(text: string): string | undefined {
  if (!/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/i.test(text)) return undefined;
  try {
    const { protocol, hostname, port } = new URL(text);
    return `${protocol}//${hostname.replace(/\.$/, "")}:${port}`;
  } catch {
    return undefined;
  }
}
