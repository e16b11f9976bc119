import type { Cluster } from "../src/protocol/cluster.ts";
import { HEADERS } from "../src/protocol/given.ts";
import type { BackendId } from "../src/protocol/ids.ts";
import { cookieName, OWN_COOKIES, setCookieFor } from "./cookies.ts";
import type { HeaderPair, ResponseEdits } from "./engine.ts";

// As Plane has it: an app that sets any of the three speaks for itself.
export const CORS_DEFAULTS: readonly HeaderPair[] = [
  ["access-control-allow-origin", "*"],
  ["access-control-allow-methods", "*"],
  ["access-control-allow-headers", "*, Authorization"],
];

export interface GrantedCookie {
  scheme: Cluster["scheme"];
  token: string;
  maxAgeSeconds: number;
}

/** What changes in an answer's headers on its way to the client. */
export function responseEdits(backendId: BackendId, cookie: GrantedCookie | undefined) {
  return {
    set: [[HEADERS.chosenBackend, backendId]],
    append:
      cookie === undefined
        ? []
        : [["set-cookie", setCookieFor(cookie.scheme, cookie.token, cookie.maxAgeSeconds)]],
    defaults: CORS_DEFAULTS,
    refusedCookies: OWN_COOKIES,
  } as const satisfies ResponseEdits;
}

/** Edits an answer's headers, hop-by-hop ones already gone; names keep the case they came in. */
export function applyResponseEdits(
  headers: readonly HeaderPair[],
  { set, append, defaults, refusedCookies }: ResponseEdits,
): HeaderPair[] {
  const replaced = new Set(set.map(([name]) => name));
  const defaulted = new Set(defaults.map(([name]) => name));
  let addDefaults = true;
  const kept = headers.filter(([name, value]) => {
    const key = name.toLowerCase();
    if (defaulted.has(key)) addDefaults = false;
    if (key === "set-cookie") return !refusedCookies.includes(cookieName(value));
    return !replaced.has(key);
  });
  return [...kept, ...set, ...append, ...(addDefaults ? defaults : [])];
}
