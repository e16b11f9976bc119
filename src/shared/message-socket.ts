import type { WebSocket } from "ws";
import type { Log } from "./log.ts";

/** What a socket asks of a schema; `src/protocol` makes them. */
export interface MessageValidator<T> {
  accepts(value: unknown): value is T;
  explain(value: unknown): string;
}

export interface MessageSocketOptions<In> {
  socket: WebSocket;
  log: Log;
  inbound: MessageValidator<In>;
  onMessage(message: In): void;
  pingIntervalMs: number;
  silenceLimitMs: number;
  badMessageCode: number;
}

/** Past this much unsent data the other end is not reading; what is durable is sent again anyway. */
const MAX_UNSENT_BYTES = 16 * 1024 * 1024;

/**
 * One WebSocket that carries one JSON message a frame, each checked against its schema. Both ends
 * ping; pings unanswered for the silence limit end the socket, so a half-open one is noticed. They are
 * counted: after a pause of this very process the other end gets the time to answer.
 */
export class MessageSocket<In, Out> implements AsyncDisposable {
  /** Resolves once the socket has closed, whoever closed it. */
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #options: MessageSocketOptions<In>;
  readonly #pings: NodeJS.Timeout;
  #unanswered = 0;
  readonly #onHeard = new Set<() => void>();

  constructor(options: MessageSocketOptions<In>) {
    const { socket } = options;
    this.#options = options;
    this.#pings = setInterval(() => this.#checkPulse(), options.pingIntervalMs);
    this.closed = new Promise((resolve) => {
      socket.once("close", (code, reason) => {
        clearInterval(this.#pings);
        resolve({ code, reason: reason.toString() });
      });
    });
    socket.on("message", (data) => this.#receive(String(data)));
    socket.on("ping", () => this.#heard());
    socket.on("pong", () => this.#heard());
    socket.on("error", (error) => options.log.debug({ err: error }, "socket error"));
  }

  /** False if the socket is not open: what must not be lost is kept by the sender until acknowledged. */
  send(message: Out): boolean {
    const { socket, log } = this.#options;
    if (socket.readyState !== socket.OPEN) return false;
    if (socket.bufferedAmount > MAX_UNSENT_BYTES) {
      log.warn({ unsentBytes: socket.bufferedAmount }, "peer does not read; hanging up");
      socket.terminate();
      return false;
    }
    socket.send(JSON.stringify(message));
    return true;
  }

  close(code: number, reason: string): void {
    this.#options.socket.close(code, reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { socket } = this.#options;
    socket.close(1001, "going away");
    const impatient = setTimeout(() => socket.terminate(), 1_000);
    await this.closed;
    clearTimeout(impatient);
  }

  /** Whether the other end is still there: asks it, and waits until it is heard of or the socket has closed. */
  async isAlive(): Promise<boolean> {
    const { socket } = this.#options;
    if (socket.readyState !== socket.OPEN) return false;
    socket.ping();
    return await new Promise((resolve) => {
      this.#onHeard.add(() => resolve(true));
      void this.closed.then(() => resolve(false));
    });
  }

  #heard(): void {
    this.#unanswered = 0;
    for (const tell of this.#onHeard) tell();
    this.#onHeard.clear();
  }

  #checkPulse(): void {
    const { socket, log, pingIntervalMs, silenceLimitMs } = this.#options;
    const silentMs = this.#unanswered * pingIntervalMs;
    if (silentMs >= silenceLimitMs) {
      log.warn({ silentMs }, "peer is silent; hanging up");
      socket.terminate();
    } else {
      this.#unanswered += 1;
      if (socket.readyState === socket.OPEN) socket.ping();
    }
  }

  #receive(text: string): void {
    this.#heard();
    const { socket, inbound, onMessage, log, badMessageCode } = this.#options;
    const message = parseJson(text);
    if (inbound.accepts(message)) {
      onMessage(message);
      return;
    }
    const problem = message === undefined ? "not JSON" : inbound.explain(message);
    log.warn({ problem }, "message does not fit its schema; hanging up");
    // A close frame holds 123 bytes at most; an exact problem stands in the log.
    socket.close(badMessageCode, problem.slice(0, 100));
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
