import type { Socket } from "node:net";
import { FrameBoundary } from "../../frame-boundary.ts";
import { GOING_AWAY, TOKEN_REVOKED } from "../close-frame.ts";
import { bothClosed, GOODBYE_MS, LINGER_MS } from "../tunnel-end.ts";

/** A peer that vanished without a word would else hold its backend up for hours. */
const PROBE_AFTER_MS = 30_000;

/** An upgraded connection: two sockets that the library has joined, ended together. */
export class OpenTunnel {
  /** Resolves when both sockets have closed. */
  readonly closed: Promise<void>;
  readonly #client: Socket;
  readonly #backend: Socket;
  readonly #frames: FrameBoundary | undefined;
  readonly #timers = new Set<NodeJS.Timeout>();
  #onBoundary: (() => void) | undefined;

  constructor(client: Socket, backend: Socket, isWebSocket: boolean) {
    this.#client = client;
    this.#backend = backend;
    this.#frames = isWebSocket ? new FrameBoundary() : undefined;
    this.closed = bothClosed(client, backend).then(() => {
      for (const timer of this.#timers) clearTimeout(timer);
    });
    for (const socket of [client, backend]) {
      socket.setKeepAlive(true, PROBE_AFTER_MS);
      socket.once("close", () => this.#destroyAfter(LINGER_MS));
    }
    client.once("close", () => backend.destroySoon());
    backend.once("close", () => client.destroySoon());
    if (isWebSocket) {
      client.once("end", () => this.#destroyAfter(LINGER_MS));
      // Listening any sooner would start the flow before the library has joined the sockets.
      process.nextTick(() => backend.on("data", (chunk: Buffer) => this.#follow(chunk)));
    }
  }

  /** Says goodbye between two frames, and closes. */
  async leave(): Promise<void> {
    this.#end(GOING_AWAY);
    await this.closed;
  }

  /** The same, to a client that the backend is not to hear of any more. */
  cut(): void {
    this.#client.unpipe(this.#backend);
    this.#client.resume();
    this.#end(TOKEN_REVOKED);
  }

  destroy(): void {
    this.#client.destroy();
    this.#backend.destroy();
  }

  #follow(chunk: Buffer): void {
    this.#frames?.push(chunk);
    if (this.#onBoundary === undefined) return;
    // The pipe has this chunk only once all listeners have had it.
    process.nextTick(() => {
      if (this.#frames?.reached === true) this.#onBoundary?.();
    });
  }

  #end(goodbye: Buffer): void {
    this.#destroyAfter(GOODBYE_MS);
    if (this.#frames === undefined) this.destroy();
    else if (this.#frames.reached) this.#sayGoodbye(goodbye);
    else this.#onBoundary = () => this.#sayGoodbye(goodbye);
  }

  #sayGoodbye(goodbye: Buffer): void {
    this.#onBoundary = undefined;
    this.#backend.unpipe(this.#client);
    this.#client.end(goodbye);
    this.#backend.resume();
  }

  #destroyAfter(ms: number): void {
    this.#timers.add(setTimeout(() => this.destroy(), ms));
  }
}

/** The tunnels that are open. */
export class Tunnels {
  readonly #open = new Set<OpenTunnel>();

  add(tunnel: OpenTunnel): void {
    this.#open.add(tunnel);
    void tunnel.closed.then(() => this.#open.delete(tunnel));
  }

  async leave(): Promise<void> {
    await Promise.all([...this.#open].map((tunnel) => tunnel.leave()));
  }
}
