import { VERIFIED_PREFIX } from "../src/protocol/given.ts";
import { FORGEABLE_HEADERS, FORWARDED_PREFIX } from "./forwarded.ts";
import { foldedName } from "./headers.ts";

// RFC 9110 §6.5.1: what frames, routes, authenticates or changes how a body is read; and what is meant for one hop.
const REFUSED = new Set([
  "authorization",
  "connection",
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "cookie",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "set-cookie",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "x-request-id",
  ...FORGEABLE_HEADERS,
]);

/** Trailers come after all that is done to headers, so what must not be forged has no place there. */
export function isRefusedTrailer(name: string): boolean {
  const folded = foldedName(name);
  return (
    REFUSED.has(folded) ||
    folded.startsWith(VERIFIED_PREFIX) ||
    folded.startsWith(FORWARDED_PREFIX) ||
    folded.startsWith("x-hangar-")
  );
}
