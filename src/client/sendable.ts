import { HangarError } from "./hangar-error.ts";

/** What a header may hold, and so what a key can be made of. */
const KEY = /^[!-~]*$/;

export function isSendableKey(key: string): boolean {
  return KEY.test(key);
}

/** The header's value. Never quoted in an error, as the platform would: it is a secret. */
export function bearerOf(key: string): string {
  const trimmed = key.trim();
  if (isSendableKey(trimmed)) return `Bearer ${trimmed}`;
  throw unsendable(
    "the API key holds a character that no key has, such as a space or a line break",
  );
}

/** As JSON; a value that refers to itself, or is a BigInt, has none. */
export function jsonOf(body: unknown): string {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw unsendable(`the request is no JSON: ${(cause as Error).message}`, cause);
  }
}

/** Of an http or https URL, which in a page may be relative to it. */
export function originOf(url: string): string {
  const parsed = parse(url);
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    // One that cannot be read may hold a password all the same.
    const shown = url.includes("@") ? "" : `: ${url}`;
    throw unsendable(`the URL of the API is no http:// or https:// address${shown}`);
  }
  if (parsed.username !== "" || parsed.password !== "") {
    throw unsendable(`the URL of ${parsed.host} has a name or a password in it: leave them out`);
  }
  return parsed.origin;
}

function parse(url: string): URL | undefined {
  const { location } = globalThis as { location?: { href?: string } };
  try {
    return new URL(url, location?.href);
  } catch {
    return undefined;
  }
}

function unsendable(message: string, cause?: unknown): HangarError {
  return new HangarError(message, { code: "unsendable", neverSent: true, cause });
}
