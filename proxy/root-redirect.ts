import { HEADERS } from "../src/protocol/given.ts";
import type { Answer, RequestHead } from "./engine.ts";
import type { Target } from "./target.ts";

/** Long enough for a browser to spare itself the way, short enough for a change to be noticed. */
const CACHE_SECONDS = 3_600;

/** Where a visitor of the cluster's bare host goes, whom nothing leads to a session. */
export function rootRedirect(
  { method, isUpgrade }: Pick<RequestHead, "method" | "isUpgrade">,
  { path }: Pick<Target, "path">,
  url: string | undefined,
  requestId: string,
): Answer | undefined {
  if (url === undefined || path !== "/" || isUpgrade) return undefined;
  if (method !== "GET" && method !== "HEAD") return undefined;
  return {
    kind: "answer",
    status: 301,
    headers: [
      ["location", url],
      ["content-length", "0"],
      ["cache-control", `max-age=${CACHE_SECONDS}`],
      [HEADERS.requestId, requestId],
    ],
    body: "",
  };
}
