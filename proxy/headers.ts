import type { HeaderPair } from "./engine.ts";

type Headers = readonly HeaderPair[];

/** Lines in one message's head: enough for any browser, few enough to bound the work on them. */
export const MAX_HEADER_LINES = 100;

/** All values of a header, in order. `name` in lower case, as the names in `headers` are. */
export function headerValues(headers: Headers, name: string): string[] {
  const values: string[] = [];
  for (const [key, value] of headers) if (key === name) values.push(value);
  return values;
}

/** The value of a header that must stand alone: undefined if it is missing or repeated. */
export function soleHeader(headers: Headers, name: string): string | undefined {
  const values = headerValues(headers, name);
  return values.length === 1 ? values[0] : undefined;
}

/** The entries of comma-separated lists, in lower case. */
export function listEntries(values: readonly string[]): string[] {
  return values
    .flatMap((value) => value.split(","))
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== "");
}

/** As CGI and WSGI name it: to them, all that is no letter or digit is one and the same. */
export function foldedName(name: string): string {
  return name.replace(/[^a-z0-9]/g, "-");
}

// RFC 9110 §7.6.1, and the two that predate it.
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
] as const;

// A peer that lists these in Connection would change whom the message is for or where its body ends.
const NEVER_HOP_BY_HOP = new Set(["host", "content-length", "transfer-encoding"]);

/** The headers of one hop only: the standing ones and those that Connection names. */
export function hopByHopNames(headers: Headers): Set<string> {
  const names = new Set<string>(HOP_BY_HOP);
  for (const name of listEntries(headerValues(headers, "connection"))) {
    if (!NEVER_HOP_BY_HOP.has(name)) names.add(name);
  }
  return names;
}
