import type { Cluster } from "../src/protocol/cluster.ts";
import { COOKIE, SESSION_COOKIE } from "../src/protocol/given.ts";
import { isToken } from "../src/protocol/ids.ts";
import type { HeaderPair } from "./engine.ts";
import { headerValues } from "./headers.ts";

/** These names are ours whatever the scheme: none reaches a backend or is taken from one. */
export const OWN_COOKIES: readonly string[] = [COOKIE, SESSION_COOKIE].flatMap(Object.values);

// A sibling on plain http can plant cookies of our name; beyond these, none is worth a lookup.
const MAX_COOKIE_TOKENS = 8;

/** The distinct tokens that cookies offer, in the browser's order. */
export function cookieTokens(
  headers: readonly HeaderPair[],
  scheme: Cluster["scheme"],
): readonly string[] {
  const tokens = cookiePairs(headers)
    .filter((pair) => cookieName(pair) === COOKIE[scheme])
    .map((pair) => pair.slice(pair.indexOf("=") + 1).trim())
    .filter(isToken);
  return [...new Set(tokens)].slice(0, MAX_COOKIE_TOKENS);
}

/** The Cookie header for the backend: "same" if it holds none of ours, undefined if nothing is left. */
export function cookiesForBackend(headers: readonly HeaderPair[]): string | "same" | undefined {
  const pairs = cookiePairs(headers);
  const theirs = pairs.filter((pair) => !OWN_COOKIES.includes(cookieName(pair)));
  if (theirs.length === pairs.length) return "same";
  return theirs.length === 0 ? undefined : theirs.join("; ");
}

/** Lets an app's absolute links work: they lose the token in the path. */
export function setCookieFor(
  scheme: Cluster["scheme"],
  token: string,
  maxAgeSeconds: number,
): string {
  const attributes = `Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax`;
  const secure = scheme === "https" ? "; Secure" : "";
  return `${COOKIE[scheme]}=${token}; ${attributes}${secure}`;
}

/**
 * The name that a Cookie pair or a Set-Cookie value is about. A nameless cookie is about what it
 * holds: some browsers send `=a=1` back as `a=1`.
 */
export function cookieName(text: string): string {
  const named = text.replace(/^[\s=]+/, "");
  const end = named.search(/[=;]/);
  return (end < 0 ? named : named.slice(0, end)).trim();
}

function cookiePairs(headers: readonly HeaderPair[]): string[] {
  return headerValues(headers, "cookie")
    .flatMap((value) => value.split(";"))
    .map((pair) => pair.trim())
    .filter((pair) => pair !== "");
}
