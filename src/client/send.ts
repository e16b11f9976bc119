import { HangarError } from "./hangar-error.ts";
import { readRefusal } from "./read-refusal.ts";
import { bearerOf, jsonOf, originOf } from "./sendable.ts";

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
  const url = deps.baseUrl + request.path;
  const origin = originOf(deps.baseUrl);
  const headers = {
    accept: "application/json",
    ...(userAgent === undefined ? {} : { "user-agent": userAgent }),
    ...(key === undefined ? {} : { authorization: bearerOf(key) }),
    ...(request.body === undefined ? {} : { "content-type": "application/json" }),
    ...request.headers,
  };
  const body = request.body === undefined ? undefined : jsonOf(request.body);
  const response = await reachably(origin, request.signal, () =>
    fetch(url, {
      method: request.method,
      headers,
      ...(body === undefined ? {} : { body }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    }),
  );
  if (response.ok) return response;
  throw await reachably(origin, request.signal, () => readRefusal(response));
}

/** Like `send`, with the whole body read as JSON; undefined if there is none to come, as with 204. */
export async function sendForJson<T>(deps: SendDeps, request: ApiRequest): Promise<T> {
  const response = await send(deps, request);
  if (response.status === 204) return undefined as T;
  const text = await reachably(originOf(deps.baseUrl), request.signal, () => response.text());
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
  origin: string,
  signal: AbortSignal | undefined,
  operation: () => Promise<T>,
): Promise<T> {
  try {
    return await operation();
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    throw new HangarError(`cannot reach ${origin}: ${failureCode(cause)}`, {
      code: "unreachable",
      neverSent: hasNotConnected((cause as Failure).cause),
      cause,
    });
  }
}

interface Failure {
  code?: unknown;
  syscall?: unknown;
  message?: unknown;
  cause?: Failure;
  /** Of each address that was tried, where a name has several. */
  errors?: readonly Failure[];
}

/** The same codes come from a connection that breaks: only the call that failed tells the two apart. */
const BEFORE_CONNECTED: readonly unknown[] = ["connect", "getaddrinfo"];

function hasNotConnected({ code, syscall, errors = [] }: Failure = {}): boolean {
  if (code === "UND_ERR_CONNECT_TIMEOUT" || BEFORE_CONNECTED.includes(syscall)) return true;
  return errors.length > 0 && errors.every((each) => hasNotConnected(each));
}

/** Platforms hide the reason of a failed fetch in its cause: "ECONNREFUSED" says more than "fetch failed". */
function failureCode(error: unknown): string {
  const { cause, message } = error as Failure;
  return String(cause?.code ?? cause?.message ?? message);
}
