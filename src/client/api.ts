import { Deadline } from "./deadline.ts";
import { HangarError } from "./hangar-error.ts";
import { type Repeating, withRetries } from "./retry.ts";
import { type ApiRequest, type SendDeps, send, sendForJson } from "./send.ts";

export interface CallOptions {
  /** Ends the call, and any waiting between tries; it rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** For the whole call, with its tries; of a stream, for its beginning. Default: the client's. */
  timeoutMs?: number | undefined;
}

/** What the calls of each area are made of. */
export interface Api {
  readonly url: string;
  readonly timeoutMs: number;
  get<T>(path: string, options?: CallOptions): Promise<T>;
  post<T>(path: string, body: unknown, options?: CallOptions, repeating?: Repeating): Promise<T>;
  put<T>(path: string, body: unknown, options?: CallOptions): Promise<T>;
  delete<T>(path: string, options?: CallOptions, repeating?: Repeating | Gone<T>): Promise<T>;
  /** A body that is read while it comes; the caller ends the deadline once it is. */
  open(path: string, headers: Record<string, string>, options?: CallOptions): Promise<OpenBody>;
}

/** Repeatable, and what it comes to if there is nothing left to take away after a try whose answer was lost. */
export interface Gone<T> {
  ifGone: T;
}

export interface OpenBody {
  response: Response;
  deadline: Deadline;
}

export interface ApiOptions {
  url: string;
  key?: string | undefined;
  /** Default: none. */
  userAgent?: string | undefined;
  fetch?: typeof fetch | undefined;
  timeoutMs?: number | undefined;
}

const TIMEOUT_MS = 30_000;

export function apiOver({ url, key, userAgent, ...options }: ApiOptions): Api {
  const { timeoutMs: defaultTimeoutMs = TIMEOUT_MS } = options;
  const deps: SendDeps = {
    ...{ baseUrl: url.replace(/\/+$/, ""), key, userAgent },
    // Looked up at each call, so that a page or a test may replace it; browsers want it called on nothing else.
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
  };
  async function call<T>(
    request: Omit<ApiRequest, "signal">,
    { signal, timeoutMs = defaultTimeoutMs }: CallOptions = {},
    repeating: Repeating | Gone<T> = "repeatable",
  ): Promise<T> {
    const deadline = new Deadline(timeoutMs, signal);
    const ask = () => sendForJson<T>(deps, { ...request, signal: deadline.signal });
    try {
      if (typeof repeating === "string") return await withRetries(repeating, deadline.signal, ask);
      return await withRetries("repeatable", deadline.signal, (mayBeDone) =>
        mayBeDone ? ask().catch(orGone(repeating)) : ask(),
      );
    } finally {
      deadline.end();
    }
  }
  return {
    url: deps.baseUrl,
    timeoutMs: defaultTimeoutMs,
    get: (path, options) => call({ method: "GET", path }, options),
    post: (path, body, options, repeating) =>
      call({ method: "POST", path, body }, options, repeating),
    put: (path, body, options) => call({ method: "PUT", path, body }, options),
    delete: (path, options, repeating) => call({ method: "DELETE", path }, options, repeating),
    async open(path, headers, { signal, timeoutMs = defaultTimeoutMs } = {}) {
      const deadline = new Deadline(timeoutMs, signal);
      try {
        const response = await withRetries("repeatable", deadline.signal, () =>
          send(deps, { method: "GET", path, headers, signal: deadline.signal }),
        );
        deadline.lift();
        return { response, deadline };
      } catch (error) {
        deadline.end();
        throw error;
      }
    },
  };
}

function orGone<T>({ ifGone }: Gone<T>): (error: unknown) => T {
  return (error) => {
    if (error instanceof HangarError && error.code === "not-found") return ifGone;
    throw error;
  };
}
