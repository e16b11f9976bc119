import type { Controller } from "../fault.ts";
import { monotonicMs } from "../monotonic-ms.ts";
import { controllerUrl } from "../parts/places.ts";
import type { Secrets } from "../watch/secrets.ts";

export interface ApiAnswer {
  asked: number;
  /** Null: none came. */
  status: number | null;
  retryAfter: boolean;
  body: Record<string, unknown>;
}

const CALL_MS = 30_000;

/** The REST API as any program would call it; each answer that may hold no secret is searched for them. */
export class Api {
  readonly #key: string;
  readonly #secrets: Secrets;

  constructor(key: string, secrets: Secrets) {
    this.#key = key;
    this.#secrets = secrets;
  }

  async call(
    controller: Controller,
    path: string,
    { method = "GET", body, mayHold = false }: CallOptions = {},
  ): Promise<ApiAnswer> {
    const asked = monotonicMs();
    try {
      const response = await fetch(controllerUrl(controller) + path, {
        method,
        headers: {
          authorization: `Bearer ${this.#key}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(CALL_MS),
      });
      const text = await response.text();
      if (!mayHold || !response.ok) this.#secrets.search(text, `the answer of ${method} ${path}`);
      const { status, headers } = response;
      return { asked, status, retryAfter: headers.has("retry-after"), body: JSON.parse(text) };
    } catch {
      return { asked, status: null, retryAfter: false, body: {} };
    }
  }
}

interface CallOptions {
  method?: "GET" | "POST";
  body?: unknown;
  /** Its answer gives out tokens. */
  mayHold?: boolean;
}
