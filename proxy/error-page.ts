import type { ApiError } from "../src/protocol/errors.ts";
import { HEADERS } from "../src/protocol/given.ts";
import type { Answer, HeaderPair, RequestHead } from "./engine.ts";
import { errorHtml } from "./error-html.ts";
import { headerValues, listEntries } from "./headers.ts";
import { CORS_DEFAULTS } from "./response-headers.ts";

export interface ErrorPage {
  error: ApiError;
  /** Stands in the log, on the page and in x-request-id. */
  requestId: string;
  backendId?: string;
}

/** The answer to a request that goes no further: a page for browsers, JSON for others. */
export function errorPage(head: RequestHead, { error, requestId, backendId }: ErrorPage): Answer {
  const html = wantsHtml(head);
  const retryAfter = error.retryAfterSeconds;
  const retries = retryAfter !== undefined && head.method === "GET";
  const body = html
    ? errorHtml({ error, requestId, refreshSeconds: retries ? retryAfter : undefined })
    : `${JSON.stringify(error.body(requestId))}\n`;
  const headers: HeaderPair[] = [
    ["content-type", html ? "text/html; charset=utf-8" : "application/json"],
    ["content-length", String(Buffer.byteLength(body))],
    ["cache-control", "no-store"],
    ["vary", "accept"],
    ["x-content-type-options", "nosniff"],
    [HEADERS.requestId, requestId],
    ...CORS_DEFAULTS,
  ];
  if (html)
    headers.push(["content-security-policy", "default-src 'none'; style-src 'unsafe-inline'"]);
  if (backendId !== undefined) headers.push([HEADERS.chosenBackend, backendId]);
  if (retryAfter !== undefined) headers.push(["retry-after", String(retryAfter)]);
  if (error.status === 401) headers.push(["www-authenticate", "Bearer"]);
  return { kind: "answer", status: error.status, headers, body };
}

/** Nobody reads the page of a refused upgrade. */
function wantsHtml({ headers, isUpgrade }: RequestHead): boolean {
  if (isUpgrade) return false;
  return listEntries(headerValues(headers, "accept")).some((entry) => /^text\/html\b/.test(entry));
}
