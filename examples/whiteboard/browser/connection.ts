import type { ClientMessage, ServerMessage } from "../wire.ts";

export type ConnectionState = "connecting" | "connected" | "lost" | "ended";

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 8_000;
/** Longer without a welcome means that the network is gone without a word. */
const WELCOME_DEADLINE_MS = 10_000;
const REFUSED = 1008;

export interface ConnectionEvents {
  /** The name that the visitor wants to have. */
  visitorName(): string | null;
  onMessage(message: ServerMessage): void;
  onState(state: ConnectionState): void;
}

/** Keeps a socket to the backend: after a loss it tries again, at growing intervals, until the session has ended. */
export class Connection {
  readonly #events: ConnectionEvents;
  #socket: WebSocket | undefined;
  #isWelcome = false;
  #failures = 0;
  #hasEnded = false;

  constructor(events: ConnectionEvents) {
    this.#events = events;
    this.#dial();
    // Coming back to the tab or the network, nobody wants to wait for the interval's end.
    for (const type of ["online", "pageshow"]) addEventListener(type, () => this.#retryNow());
  }

  /** Whether this socket has brought the board, so that what is sent builds on it. */
  get isWelcome(): boolean {
    return this.#isWelcome && this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Dropped while the connection is down: the welcome brings the state anew. */
  send(message: ClientMessage): void {
    if (this.isWelcome) this.#socket?.send(JSON.stringify(message));
  }

  #dial(): void {
    const url = new URL("live", document.baseURI);
    url.protocol = url.protocol.replace("http", "ws");
    url.search = new URLSearchParams({ name: this.#events.visitorName() ?? "" }).toString();
    const socket = new WebSocket(url);
    this.#socket = socket;
    const deadline = setTimeout(() => socket.close(), WELCOME_DEADLINE_MS);
    socket.addEventListener("message", ({ data }) => {
      const message: ServerMessage = JSON.parse(String(data));
      if (message.type === "welcome") {
        clearTimeout(deadline);
        this.#isWelcome = true;
        this.#failures = 0;
        this.#events.onState("connected");
      }
      this.#events.onMessage(message);
    });
    socket.addEventListener("close", ({ code }) => {
      clearTimeout(deadline);
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#isWelcome = false;
      if (code === REFUSED) this.#end();
      else void this.#lost();
    });
  }

  async #lost(): Promise<void> {
    this.#failures += 1;
    this.#events.onState(this.#failures === 1 ? "connecting" : "lost");
    if (this.#failures > 1 && (await sessionHasEnded())) {
      this.#end();
      return;
    }
    const longest = Math.min(FIRST_DELAY_MS * 2 ** this.#failures, LONGEST_DELAY_MS);
    setTimeout(() => this.#retryNow(), longest * (0.5 + Math.random() / 2));
  }

  #retryNow(): void {
    const isIdle = this.#socket === undefined && this.#failures > 0;
    if (isIdle && !this.#hasEnded) this.#dial();
  }

  #end(): void {
    this.#hasEnded = true;
    this.#events.onState("ended");
  }
}

/** A WebSocket does not say why it was refused; the page's own address does. */
async function sessionHasEnded(): Promise<boolean> {
  try {
    const { status } = await fetch(document.baseURI, { method: "HEAD", cache: "no-store" });
    return [401, 403, 404, 410].includes(status);
  } catch {
    return false;
  }
}
