import { type Api, apiOver } from "../client/api.ts";
import type { BrowserSession } from "../client/browser-session.ts";
import { followStatus } from "../client/follow-status.ts";
import { HangarError, isHangarError } from "../client/hangar-error.ts";
import type { PublicStatus } from "../protocol/backend.ts";
import type { Status } from "../protocol/backend-state.ts";
import { isEnding, RANK } from "./life.ts";
import { Listeners, type Unsubscribe } from "./listeners.ts";
import { ReconnectingSocket, type SocketOptions } from "./reconnecting-socket.ts";

export interface SessionBackendOptions {
  /** Whether the status is followed from the start. Default: true; else `follow()` begins. */
  follow?: boolean | undefined;
  /** Default: the platform's. */
  fetch?: typeof fetch | undefined;
}

interface Events {
  ready: undefined;
  status: PublicStatus;
  terminated: PublicStatus;
  error: unknown;
}

/**
 * One backend, as a page sees it: where it is, whether it is ready, and whether it has ended. Follows the
 * backend's public status over one connection to the API, for as long as it takes: a lost connection is made
 * anew and nothing is missed. Drop it with `destroy()`; that does not end the backend.
 */
export class SessionBackend {
  readonly id: string;
  /** Holds the token: whoever has it is let in. */
  readonly url: string;
  readonly statusUrl: string;
  /**
   * Resolves once it is ready. Rejects with a HangarError `backend-ended` if it ends before; nobody has to
   * catch that. Of a destroyed one it never settles.
   */
  readonly onReadyPromise: Promise<void>;
  /** Resolves with the last status once the backend has ended. Of a destroyed one it never settles. */
  readonly onTerminatedPromise: Promise<PublicStatus>;
  readonly #options: SessionBackendOptions;
  readonly #api: Api;
  readonly #listeners = new Listeners<Events>();
  #known: Status | undefined;
  #latest: PublicStatus | undefined;
  #error: unknown;
  #following: AbortController | undefined;

  constructor(session: BrowserSession, options: SessionBackendOptions = {}) {
    this.id = session.backend_id;
    this.url = session.url;
    this.statusUrl = session.status_url;
    this.#known = session.status;
    this.#options = options;
    this.#api = apiOver({ url: session.status_url, fetch: options.fetch });
    this.onReadyPromise = new Promise((resolve, reject) => {
      this.onReady(resolve);
      this.onStatus((status) => {
        if (isEnding(status.status)) reject(endedError(status));
      });
    });
    this.onReadyPromise.catch(() => undefined);
    this.onTerminatedPromise = new Promise((resolve) => this.onTerminated(resolve));
    if (options.follow ?? true) this.follow();
  }

  isReady(): boolean {
    return this.#known === "ready";
  }

  /** Called at once if it is ready, else once it becomes so. */
  onReady(listener: () => void): Unsubscribe {
    if (!this.isReady()) return this.#listeners.on("ready", listener);
    listener();
    return () => undefined;
  }

  /** From the first step of its end on, nobody is let in any more. */
  isEnding(): boolean {
    return isEnding(this.#known);
  }

  isTerminated(): boolean {
    return this.#known === "terminated";
  }

  /** Called at once if it has ended, else once it has. */
  onTerminated(listener: (status: PublicStatus) => void): Unsubscribe {
    if (this.#latest?.status !== "terminated") return this.#listeners.on("terminated", listener);
    listener(this.#latest);
    return () => undefined;
  }

  /** What was heard last. Undefined: nothing yet. */
  get latestStatus(): PublicStatus | undefined {
    return this.#latest;
  }

  /** Asks the API now. */
  async status(): Promise<PublicStatus> {
    return await this.#api.get<PublicStatus>("");
  }

  /** Each status that is heard from now on, and how far a pull is; `latestStatus` has the one before. */
  onStatus(listener: (status: PublicStatus) => void): Unsubscribe {
    return this.#listeners.on("status", listener);
  }

  /** Why the status is not followed any more, though the backend has not ended. */
  get error(): unknown {
    return this.#error;
  }

  /** The API refuses to tell the status: trying again would not help. */
  onError(listener: (error: unknown) => void): Unsubscribe {
    return this.#listeners.on("error", listener);
  }

  /**
   * A WebSocket to a path of the backend, that connects by itself, and again after each loss.
   * @see ReconnectingSocket
   */
  webSocket(path = "/", options: SocketOptions = {}): ReconnectingSocket {
    return new ReconnectingSocket(this, path, { fetch: this.#options.fetch, ...options });
  }

  /** Another backend, or this one by another token, with the same options. It is followed at once. */
  successor(session: BrowserSession): SessionBackend {
    return new SessionBackend(session, { ...this.#options, follow: true });
  }

  /** Begins to follow the status, unless it is followed, or has been to its end. */
  follow(): void {
    if (this.#following !== undefined || this.#latest?.status === "terminated") return;
    const following = new AbortController();
    this.#following = following;
    this.#error = undefined;
    void this.#run(following.signal).finally(() => {
      if (this.#following === following) this.#following = undefined;
    });
  }

  /** Hangs up; `follow()` goes on. */
  unfollow(): void {
    this.#following?.abort();
    this.#following = undefined;
  }

  /** Hangs up and tells nobody anything any more. The backend lives on. */
  destroy(): void {
    this.unfollow();
    this.#listeners.clear();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const options = { signal, giveUpAfterMs: Number.POSITIVE_INFINITY };
    try {
      for await (const status of followStatus(this.#api, "/stream", options)) this.#hear(status);
    } catch (error) {
      if (signal.aborted) return;
      // Rows of backends are kept for a while after their end, and only then forgotten.
      if (isHangarError(error) && error.code === "not-found") {
        this.#hear({ status: "terminated", time: Date.now() });
      } else {
        this.#error = error;
        this.#listeners.emit("error", error);
      }
    }
  }

  #hear(status: PublicStatus): void {
    const before = this.#known;
    // The stream begins with the first status; a backend that was found has passed that already.
    if (before !== undefined && RANK[status.status] < RANK[before]) return;
    const isNews = before !== status.status;
    this.#known = status.status;
    this.#latest = status;
    this.#listeners.emit("status", status);
    if (isNews && status.status === "ready") this.#listeners.emit("ready", undefined);
    if (status.status === "terminated") this.#listeners.emit("terminated", status);
  }
}

function endedError({ termination_reason: reason }: PublicStatus): HangarError {
  const why = reason === undefined ? "" : ` (${reason})`;
  return new HangarError(`the backend has ended before it was ready${why}`, {
    code: "backend-ended",
    details: reason === undefined ? undefined : { reason },
  });
}
