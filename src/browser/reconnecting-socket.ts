import type { BrowserSession } from "../client/browser-session.ts";
import { afterClose, type SocketClose, STEADY_MS } from "./after-close.ts";
import { askWhy } from "./ask-why.ts";
import { checkClosing } from "./check-closing.ts";
import { Listeners, type Unsubscribe } from "./listeners.ts";
import { Closing, oneConnection } from "./one-connection.ts";
import {
  type PlatformSocket,
  platformWebSocket,
  type ReceivedData,
  type SocketData,
  type WebSocketClass,
} from "./platform-socket.ts";
import { reconnectDelayMs } from "./reconnect-delay.ts";
import type { SessionBackend } from "./session-backend.ts";
import type { SocketState, SocketStop } from "./socket-state.ts";
import { pageUrl, socketUrl } from "./socket-url.ts";
import { untilReady } from "./until-ready.ts";
import { pauseUntilWoken } from "./wake.ts";

export interface SocketOptions {
  /** Whether it connects from the start. Default: true; else `open()` begins. */
  open?: boolean | undefined;
  /** Subprotocols to offer. Default: none. */
  protocols?: readonly string[] | undefined;
  /** What bytes come as. Default: "arraybuffer". */
  binaryType?: "arraybuffer" | "blob" | undefined;
  /** How many messages are kept to be sent while it is not open; what is more is dropped. Default: 0. */
  queue?: number | undefined;
  /**
   * Asks the app's own server for a fresh connect, once the backend has ended or the token is not taken any more.
   * Null: there is none, so stop. A rejection is tried again later. Default: stop.
   */
  reconnect?: (() => Promise<BrowserSession | null>) | undefined;
  /** Overrules what a close code means. Undefined: as by default. */
  shouldReconnect?: ((close: SocketClose) => boolean | undefined) | undefined;
  /** How long a connection may take to open. Default: 20,000. */
  connectTimeoutMs?: number | undefined;
  /** The longest pause between two tries. Default: 10,000. */
  longestPauseMs?: number | undefined;
  /** Default: the platform's. */
  WebSocket?: WebSocketClass | undefined;
  /** Default: the platform's. */
  fetch?: typeof fetch | undefined;
}

export interface SocketEvents {
  open: undefined;
  message: ReceivedData;
  /** A connection was lost, or could not be made. */
  close: SocketClose;
  /** Each change of `state`. */
  state: SocketState;
  /** It is over, and does not connect again by itself. */
  stop: SocketStop;
  /** `reconnect` has given another backend, or another token for the same; it is `backend` from now on. */
  backend: SessionBackend;
}

type Outcome = { failures: number } & ({ stop: SocketStop } | { renew: SocketStop } | object);

/**
 * A WebSocket to a backend, over as many connections as it takes. Waits for the backend to be ready; after a
 * loss it connects again, with growing pauses and at random moments, at once where a proxy has only moved, and
 * when the page is back online. Stops when the backend has ended or lets it in no more, and says why.
 */
export class ReconnectingSocket {
  readonly path: string;
  readonly #options: SocketOptions;
  readonly #listeners = new Listeners<SocketEvents>();
  #backend: SessionBackend;
  /** A backend that `reconnect` gave is this socket's to destroy. */
  #ownsBackend = false;
  #state: SocketState = { kind: "idle" };
  #running: AbortController | undefined;
  #socket: PlatformSocket | undefined;
  #queue: SocketData[] = [];

  constructor(backend: SessionBackend, path: string, options: SocketOptions = {}) {
    this.path = path;
    this.#backend = backend;
    this.#options = options;
    if (options.open ?? true) this.open();
  }

  get backend(): SessionBackend {
    return this.#backend;
  }

  get state(): SocketState {
    return this.#state;
  }

  on<Type extends keyof SocketEvents>(
    type: Type,
    listener: (event: SocketEvents[Type]) => void,
  ): Unsubscribe {
    return this.#listeners.on(type, listener);
  }

  /** Begins, or begins again after it has stopped. */
  open(): void {
    if (this.#running !== undefined) return;
    const running = new AbortController();
    this.#running = running;
    if (this.#ownsBackend) this.#backend.follow();
    void this.#run(running.signal)
      .catch((error: unknown) => failedStop(error))
      .then((stop) => {
        if (this.#running === running) this.#stop(stop);
      });
  }

  /**
   * Whether it was sent, or is kept to be sent; false: it was dropped. What is sent just before a loss may
   * not arrive.
   */
  send(data: SocketData): boolean {
    if (this.#socket !== undefined) {
      this.#socket.send(data as string);
      return true;
    }
    const { queue = 0 } = this.#options;
    if (this.#state.kind === "stopped" || this.#queue.length >= queue) return false;
    this.#queue.push(data);
    return true;
  }

  /**
   * Closes it for good; what was kept to be sent is dropped. `open()` begins anew. Throws, as a WebSocket does, at
   * a code other than 1000 and 3000 to 4999, and at a reason of more than 123 bytes; then nothing has changed.
   */
  close(code?: number, reason = ""): void {
    checkClosing(code, reason);
    const running = this.#running;
    if (running === undefined) return;
    this.#stop({ because: "closed", message: reason || "closed by this page" });
    running.abort(new Closing(code, reason));
  }

  /** Closes it and forgets what was kept to be sent, as if it had not begun. */
  reset(): void {
    const running = this.#running;
    this.#forget();
    this.#become({ kind: "idle" });
    running?.abort(new Closing(undefined, ""));
  }

  async #run(signal: AbortSignal): Promise<SocketStop> {
    let failures = 0;
    for (;;) {
      const outcome = await this.#attempt(failures, signal);
      failures = outcome.failures;
      if ("stop" in outcome) return outcome.stop;
      if ("renew" in outcome) {
        if (!(await this.#renewAndPause(failures, signal))) return outcome.renew;
        // An answer that leads nowhere again is a failure too, so that nobody is asked without end.
        failures += 1;
      } else if (!this.#backend.isEnding()) {
        await this.#pause(failures, signal);
      }
    }
  }

  /** Whether there is something to try again for. */
  async #renewAndPause(failures: number, signal: AbortSignal): Promise<boolean> {
    const renewed = await this.#renew(signal);
    if (renewed === "none") return false;
    await this.#pause(renewed === "failed" ? failures + 1 : failures, signal);
    return true;
  }

  async #pause(failures: number, signal: AbortSignal): Promise<void> {
    const backend = this.#backend;
    const ms = reconnectDelayMs(failures, Math.random(), this.#options.longestPauseMs);
    this.#become({ kind: "pausing", ms });
    // What has ended needs no more patience, but another backend or none.
    await pauseUntilWoken(ms, signal, (wake) =>
      backend.onStatus(() => {
        if (backend.isEnding()) wake();
      }),
    );
  }

  /** One connection, and what to do after it. */
  async #attempt(failures: number, signal: AbortSignal): Promise<Outcome> {
    this.#become({ kind: "waiting" });
    if (!(await untilReady(this.#backend, signal))) {
      return { failures, renew: { because: "ended", message: "the backend has ended" } };
    }
    this.#become({ kind: "connecting" });
    const close = await this.#connect(signal);
    this.#listeners.emit("close", close);
    signal.throwIfAborted();
    return await this.#judge(close, close.openMs >= STEADY_MS ? 0 : failures, signal);
  }

  async #judge(close: SocketClose, failures: number, signal: AbortSignal): Promise<Outcome> {
    const { code, reason } = close;
    const verdict = afterClose(close, this.#options.shouldReconnect?.(close));
    switch (verdict) {
      case "reconnect-at-once":
        return { failures: 0 };
      case "reconnect":
        return { failures: failures + 1 };
      case "completed":
        return { failures, stop: { because: "completed", message: reason || "done", code } };
      case "refused":
        return { failures, stop: { because: "refused", message: reason || "refused", code } };
      case "ask":
        return await this.#ask(failures + 1, signal);
      default:
        return verdict satisfies never;
    }
  }

  async #ask(failures: number, signal: AbortSignal): Promise<Outcome> {
    const { fetch: fetcher = (input, init) => fetch(input, init) } = this.#options;
    const why = await askWhy(pageUrl(this.#backend.url, this.path), fetcher, signal);
    signal.throwIfAborted();
    if (why.kind === "unknown") return { failures };
    return { failures, renew: { because: why.kind, message: why.message } };
  }

  #connect(signal: AbortSignal): Promise<SocketClose> {
    const { protocols = [], binaryType = "arraybuffer", connectTimeoutMs = 20_000 } = this.#options;
    const settings = {
      url: socketUrl(this.#backend.url, this.path),
      protocols,
      binaryType,
      timeoutMs: connectTimeoutMs,
      WebSocket: this.#options.WebSocket ?? platformWebSocket(),
    };
    const events = {
      onOpen: (socket: PlatformSocket) => {
        this.#socket = socket;
        this.#become({ kind: "open" });
        this.#listeners.emit("open", undefined);
        for (const data of this.#queue.splice(0)) this.send(data);
      },
      onMessage: (data: ReceivedData) => this.#listeners.emit("message", data),
    };
    return oneConnection(settings, events, signal).finally(() => {
      this.#socket = undefined;
    });
  }

  async #renew(signal: AbortSignal): Promise<"renewed" | "none" | "failed"> {
    const { reconnect } = this.#options;
    if (reconnect === undefined) return "none";
    let session: BrowserSession | null;
    try {
      session = await reconnect();
    } catch {
      return "failed";
    } finally {
      signal.throwIfAborted();
    }
    if (session === null) return "none";
    const backend = this.#backend.successor(session);
    if (this.#ownsBackend) this.#backend.destroy();
    this.#backend = backend;
    this.#ownsBackend = true;
    this.#listeners.emit("backend", this.#backend);
    return "renewed";
  }

  #become(state: SocketState): void {
    this.#state = state;
    this.#listeners.emit("state", state);
  }

  #stop(stop: SocketStop): void {
    this.#forget();
    this.#become({ kind: "stopped", stop });
    this.#listeners.emit("stop", stop);
  }

  #forget(): void {
    this.#running = undefined;
    this.#socket = undefined;
    this.#queue = [];
    if (this.#ownsBackend) this.#backend.unfollow();
  }
}

function failedStop(cause: unknown): SocketStop {
  const message = cause instanceof Error ? cause.message : String(cause);
  return { because: "failed", message, cause };
}
