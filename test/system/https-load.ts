import type { ClientHttp2Session } from "node:http2";
import { Agent } from "node:https";
import { waitFor } from "../harness/wait-for.ts";
import {
  getHttp2,
  getHttps,
  type HttpsAnswer,
  type HttpsPlace,
  openHttp2,
} from "./https-client.ts";

const KINDS = ["fresh", "kept", "http2"] as const;

export interface HttpsLoad {
  /** Resolves when each kind has been asked so many times from now on. */
  untilAsked(times: number): Promise<void>;
  /** `failures` are all answers but 200; `sessions` the connections that HTTP/2 needed. */
  stop(): Promise<{ failures: unknown[]; sessions: number }>;
}

/** One request after another of each kind, as browsers make them. */
export function startHttpsLoad(place: () => HttpsPlace): HttpsLoad {
  const asked = { fresh: 0, kept: 0, http2: 0 };
  const failures: unknown[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const http2 = new Http2Client(place);
  const get = {
    fresh: () => getHttps(place()),
    kept: () => getHttps(place(), agent),
    http2: () => http2.get(),
  };
  let isOver = false;
  const going = KINDS.map(async (kind) => {
    while (!isOver) {
      const answer = await get[kind]().catch((error: unknown) => ({ error }));
      asked[kind] += 1;
      if (!("status" in answer) || answer.status !== 200) failures.push({ kind, answer });
    }
  });
  return {
    async untilAsked(times) {
      const until = KINDS.map((kind) => [kind, asked[kind] + times] as const);
      await waitFor("requests", () => until.every(([kind, count]) => asked[kind] >= count));
    },
    async stop() {
      isOver = true;
      await Promise.all(going);
      agent.destroy();
      http2.close();
      return { failures, sessions: http2.sessions };
    },
  };
}

/** Has one connection, and another when the server is done with it. */
class Http2Client {
  sessions = 0;
  readonly #place: () => HttpsPlace;
  #session: ClientHttp2Session | undefined;

  constructor(place: () => HttpsPlace) {
    this.#place = place;
  }

  async get(): Promise<HttpsAnswer> {
    if (this.#session === undefined || this.#session.closed || this.#session.destroyed) {
      this.#session = await openHttp2(this.#place());
      this.sessions += 1;
    }
    const asked = getHttp2(this.#session, this.#place());
    return await asked.catch((error: unknown) =>
      wasNotTaken(error) ? this.get() : Promise.reject(error),
    );
  }

  close(): void {
    this.#session?.destroy();
  }
}

/** By GOAWAY or a reset the server has said that it did nothing: browsers ask again (RFC 9113 §8.7). */
function wasNotTaken(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message: string };
  if (code === "ERR_HTTP2_GOAWAY_SESSION" || code === "ERR_HTTP2_INVALID_SESSION") return true;
  return code === "ERR_HTTP2_STREAM_ERROR" && message.endsWith("NGHTTP2_REFUSED_STREAM");
}
