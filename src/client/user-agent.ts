import { VERSION } from "../protocol/version.ts";

/** A browser names itself, and asks the server first if a page adds a header. */
export function defaultUserAgent(): string | undefined {
  const isBrowser = "document" in globalThis || "WorkerGlobalScope" in globalThis;
  return isBrowser ? undefined : `hangar-client/${VERSION}`;
}
