import type { IncomingMessage } from "node:http";
import { WebSocket } from "ws";
import { Backoff, type BackoffOptions } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";
import { MessageSocket, type MessageValidator } from "./message-socket.ts";

export interface DialDeps {
  clock: Clock;
  log: Log;
}

export interface DialOptions<In extends { type: string }, Out> {
  /** `ws://` or `wss://`, with the path. */
  url: string;
  bearer: string;
  inbound: MessageValidator<In>;
  pingIntervalMs: number;
  silenceLimitMs: number;
  badMessageCode: number;
  backoff: BackoffOptions;
  /** Sent first on each new connection; the peer's first message is its welcome. */
  hello(): Out;
  onWelcome(message: In): void;
  onMessage(message: In): void;
  onDown?(): void;
}

/** A connection that is kept: it dials, says hello, and dials again whenever it is lost. */
export interface Link<Out> extends AsyncDisposable {
  /** True between the peer's welcome and the loss of the connection. */
  readonly connected: boolean;
  /** False when not connected. */
  send(message: Out): boolean;
}

export function dial<In extends { type: string }, Out>(
  deps: DialDeps,
  options: DialOptions<In, Out>,
): Link<Out> {
  return new DialledLink(deps, options);
}

class DialledLink<In extends { type: string }, Out> implements Link<Out> {
  connected = false;
  readonly #deps: DialDeps;
  readonly #options: DialOptions<In, Out>;
  readonly #stop = new AbortController();
  readonly #loop: Promise<void>;
  #socket: MessageSocket<In, Out> | undefined;

  constructor(deps: DialDeps, options: DialOptions<In, Out>) {
    this.#deps = deps;
    this.#options = options;
    this.#loop = this.#keepConnected();
  }

  send(message: Out): boolean {
    return this.connected && this.#socket?.send(message) === true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#socket?.[Symbol.asyncDispose]();
    await this.#loop;
  }

  async #keepConnected(): Promise<void> {
    const { clock, log } = this.#deps;
    const backoff = new Backoff(this.#options.backoff);
    while (!this.#stop.signal.aborted) {
      const beganMs = clock.monotonicMs();
      const outcome = await this.#connectOnce();
      if (this.#stop.signal.aborted) return;
      // A peer that welcomes and hangs up at once, again and again, must not be stormed.
      if (clock.monotonicMs() - beganMs > this.#options.backoff.capMs) backoff.reset();
      const retryMs = backoff.nextMs();
      log.warn({ ...outcome, retryMs: Math.round(retryMs) }, "not connected to the controller");
      await clock.sleep(retryMs, this.#stop.signal).catch(() => undefined);
    }
  }

  /** Resolves when this connection, or the try at one, is over. */
  async #connectOnce(): Promise<object> {
    const { url, bearer } = this.#options;
    const socket = new WebSocket(url, {
      headers: { authorization: `Bearer ${bearer}` },
      handshakeTimeout: this.#options.silenceLimitMs,
    });
    let problem: string | undefined;
    socket.once("error", (error) => {
      problem ??= error.message;
    });
    socket.once("unexpected-response", (_request, answer) => {
      void refusalIn(answer).then((refusal) => {
        problem = refusal;
        socket.terminate();
      });
    });
    const messages = this.#speakOver(socket);
    const { code, reason } = await messages.closed;
    this.#socket = undefined;
    if (this.connected) {
      this.connected = false;
      this.#options.onDown?.();
    }
    return problem === undefined ? { code, reason } : { problem };
  }

  #speakOver(socket: WebSocket): MessageSocket<In, Out> {
    const { log } = this.#deps;
    const messages = new MessageSocket<In, Out>({
      ...this.#options,
      ...this.#deps,
      socket,
      onMessage: (message) => {
        if (this.connected) {
          this.#options.onMessage(message);
        } else if (message.type === "welcome") {
          this.connected = true;
          log.info("connected to the controller");
          this.#options.onWelcome(message);
        }
      },
    });
    this.#socket = messages;
    socket.once("open", () => messages.send(this.#options.hello()));
    return messages;
  }
}

const MAX_REFUSAL_CHARACTERS = 1_000;

/** What the peer says of why there is no socket: a key of the wrong scope must not be guesswork. */
async function refusalIn(answer: IncomingMessage): Promise<string> {
  let body = "";
  try {
    for await (const part of answer.setEncoding("utf8")) {
      body += part;
      if (body.length > MAX_REFUSAL_CHARACTERS) break;
    }
  } catch {
    // What has come of it is told.
  }
  const message = /"message":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? body;
  return `refused with ${answer.statusCode}: ${message.slice(0, MAX_REFUSAL_CHARACTERS)}`;
}
