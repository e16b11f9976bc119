import { SESSION_COOKIE } from "../../src/protocol/given.ts";
import { isSessionSecret } from "../../src/protocol/ids.ts";

type Scheme = "http" | "https";

/**
 * The name on https is one that browsers take from this host alone. On http a neighbour can plant cookies
 * of our name; beyond these, none is worth a lookup.
 */
const MAX_SECRETS = 4;

/** What the Cookie header offers, in the browser's order. */
export function sessionSecrets(header: string | undefined, scheme: Scheme): string[] {
  if (header === undefined) return [];
  const prefix = `${SESSION_COOKIE[scheme]}=`;
  const secrets = header
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(prefix))
    .map((pair) => pair.slice(prefix.length))
    .filter(isSessionSecret);
  return [...new Set(secrets)].slice(0, MAX_SECRETS);
}

export function setSessionCookie(scheme: Scheme, secret: string, maxAgeSeconds: number): string {
  const secure = scheme === "https" ? "; Secure" : "";
  return `${SESSION_COOKIE[scheme]}=${secret}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure}`;
}

export function clearSessionCookie(scheme: Scheme): string {
  return setSessionCookie(scheme, "", 0);
}
