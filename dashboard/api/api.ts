import { createClient, type HangarClient } from "../../src/client/client.ts";
import { HangarError } from "../../src/client/hangar-error.ts";
import { readEvents } from "../../src/client/read-events.ts";
import { readRefusal } from "../../src/client/read-refusal.ts";
import type { Session } from "../../src/protocol/api-key.ts";
import type { EventList } from "../../src/protocol/event.ts";
import { ServerClock } from "./server-clock.ts";
import { sessionFetch } from "./session-fetch.ts";

export interface StreamOptions {
  signal: AbortSignal;
  /** The id of the last event that was heard: the stream goes on after it. */
  after?: string | undefined;
  onOpen?(): void;
}

type Method = "GET" | "POST" | "DELETE";

/** The controller's API as this page uses it: with the session's cookie in place of a key. */
export class Api {
  readonly client: HangarClient;
  readonly clock = new ServerClock();
  readonly #origin: string;
  readonly #fetch: typeof fetch;

  /** `onSignedOut`: an answer said that there is no session any more. */
  constructor(origin: string, onSignedOut: () => void) {
    this.#origin = origin;
    this.#fetch = sessionFetch(
      (input, init) => fetch(input, init),
      (response) => {
        this.clock.hear(response);
        if (response.status === 401 && !response.url.endsWith("/v1/session")) onSignedOut();
      },
    );
    this.client = createClient({ url: origin, fetch: this.#fetch });
  }

  openSession(key: string): Promise<Session> {
    return this.#call("POST", "/v1/session", { key });
  }

  async closeSession(): Promise<void> {
    await this.#send("DELETE", "/v1/session");
  }

  events(params: Record<string, string | undefined>, signal?: AbortSignal): Promise<EventList> {
    return this.#call("GET", `/v1/events${query(params)}`, undefined, signal);
  }

  /** The data of a stream's events, each with its id. Ends when the stream does. */
  async *stream<T>(path: string, { signal, after, onOpen }: StreamOptions) {
    const headers = { ...(after === undefined ? {} : { "last-event-id": after }) };
    const response = await this.#send("GET", path, undefined, signal, {
      accept: "text/event-stream",
      ...headers,
    });
    onOpen?.();
    if (response.body === null) return;
    for await (const { id, event, data } of readEvents(response.body)) {
      yield { id, event, data: JSON.parse(data) as T };
    }
  }

  async #call<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const response = await this.#send(method, path, body, signal);
    return (await response.json()) as T;
  }

  async #send(
    method: Method,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
    headers: Record<string, string> = { accept: "application/json" },
  ): Promise<Response> {
    const response = await this.#reach(() =>
      this.#fetch(this.#origin + path, {
        method,
        headers: {
          ...headers,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      }),
    );
    if (response.ok) return response;
    throw await readRefusal(response);
  }

  async #reach(attempt: () => Promise<Response>): Promise<Response> {
    try {
      return await attempt();
    } catch (cause) {
      if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
      throw new HangarError("the controller does not answer", { code: "unreachable", cause });
    }
  }
}

function query(params: Record<string, string | undefined>): string {
  const given = Object.entries(params).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}
