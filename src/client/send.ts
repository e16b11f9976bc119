import { HangarError } from "./hangar-error.ts";
import { readRefusal } from "./read-refusal.ts";

export interface SendDeps {
  /** The API's origin and base path, without a slash at the end. */
  baseUrl: string;
  key: string | undefined;
  /** Undefined where the platform names itself, as browsers do. */
  userAgent: string | undefined;
  fetch: typeof fetch;
}

export interface ApiRequest {
  method: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

/** One request, once. Resolves with a 2xx answer whose body is still to be read. */
export async function send(deps: SendDeps, request: ApiRequest): Promise<Response> {
  const { key, userAgent, fetch } = deps;
  const headers = {
    accept: "application/json",
    ...(userAgent === undefined ? {} : { "user-agent": userAgent }),
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...(request.body === undefined ? {} : { "content-type": "application/json" }),
    ...request.headers,
  };
  const url = deps.baseUrl + request.path;
  const response = await reachably(url, request.signal, () =>
    fetch(url, {
      method: request.method,
      headers,
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    }),
  );
  if (response.ok) return response;
  throw await reachably(url, request.signal, () => readRefusal(response));
}

/** Like `send`, with the whole body read as JSON; undefined if there is none to come, as with 204. */
export async function sendForJson<T>(deps: SendDeps, request: ApiRequest): Promise<T> {
  const response = await send(deps, request);
  if (response.status === 204) return undefined as T;
  const text = await reachably(response.url, request.signal, () => response.text());
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HangarError(`${response.url} answered something other than JSON`, {
      code: "unexpected-answer",
      status: response.status,
      cause,
    });
  }
}

/** Runs a network operation; what breaks on the way becomes "unreachable", an abort stays an abort. */
export async function reachably<T>(
  url: string,
  signal: AbortSignal | undefined,
  operation: () => Promise<T>,
): Promise<T> {
  try {
    return await operation();
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    const reason = failureCode(cause);
    throw new HangarError(`cannot reach ${new URL(url).origin}: ${reason}`, {
      code: "unreachable",
      neverSent: NEVER_SENT.has(reason),
      cause,
    });
  }
}

const NEVER_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Platforms hide the reason of a failed fetch in its cause: "ECONNREFUSED" says more than "fetch failed". */
function failureCode(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown; message?: unknown } };
  return String(cause?.code ?? cause?.message ?? (error as Error).message);
}
