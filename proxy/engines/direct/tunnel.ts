import type { Socket } from "node:net";
import type { Forward } from "../../engine.ts";
import { FrameBoundary } from "../../frame-boundary.ts";
import { GOING_AWAY, TOKEN_REVOKED } from "../close-frame.ts";
import { bothClosed, GOODBYE_MS, LINGER_MS } from "../tunnel-end.ts";
import type { Deadlines, Limited } from "./deadlines.ts";
import type { Reader } from "./lent-bytes.ts";
import type { UpstreamConnection } from "./upstream-connection.ts";
import { breakOff, isHeldBack, writeTogether } from "./writing.ts";

export interface BackendEnd {
  readonly backend: UpstreamConnection;
  readonly forward: Forward;
  readonly isWebSocket: boolean;
  /** What came from the backend right behind its agreement. */
  readonly early: Buffer;
}

export interface TunnelEnds extends BackendEnd {
  readonly client: Socket;
  /** Gets what comes from the client. */
  readonly clientReader: Reader;
}

/** An upgraded connection: two sockets joined, and ended together. */
export class Tunnel implements Limited {
  deadlineMs = Number.POSITIVE_INFINITY;
  /** Resolves when both sockets have closed. */
  readonly closed: Promise<void>;
  readonly forward: Forward;
  readonly #client: Socket;
  readonly #backend: Socket;
  readonly #reader: Reader;
  readonly #deadlines: Deadlines;
  readonly #frames: FrameBoundary | undefined;
  /** What is to be said between two frames, the last that the client hears. */
  #goodbye: Buffer | undefined;
  #hasSaidGoodbye = false;

  constructor(deadlines: Deadlines, ends: TunnelEnds) {
    const { client, isWebSocket, early } = ends;
    const backend = ends.backend.socket;
    this.forward = ends.forward;
    this.#client = client;
    this.#backend = backend;
    this.#reader = ends.clientReader;
    this.#deadlines = deadlines;
    this.#frames = isWebSocket ? new FrameBoundary() : undefined;
    if (early.length > 0) this.#toClient(early);
    deadlines.add(this);
    this.closed = bothClosed(client, backend).then(() => deadlines.delete(this));
    ends.clientReader.onBytes = (bytes) => move(bytes, client, backend);
    ends.backend.release({ onBytes: (bytes) => this.#toClient(bytes) });
    joinEnds(client, backend);
    joinEnds(backend, client);
    for (const socket of [client, backend])
      socket.once("close", () => this.#destroyAfter(LINGER_MS));
    if (isWebSocket) client.once("end", () => this.#destroyAfter(LINGER_MS));
    client.resume();
    backend.resume();
  }

  /** Says goodbye between two frames, and closes. */
  leave(): void {
    this.#end(GOING_AWAY);
  }

  /** The same, to a client that the backend is not to hear of any more. */
  cut(): void {
    this.#reader.onBytes = () => undefined;
    this.#client.resume();
    this.#end(TOKEN_REVOKED);
  }

  destroy(): void {
    breakOff(this.#client);
    breakOff(this.#backend);
  }

  expire(): void {
    this.destroy();
  }

  #toClient(bytes: Buffer): void {
    if (this.#hasSaidGoodbye) return;
    this.#frames?.push(bytes);
    move(bytes, this.#backend, this.#client);
    this.#sayGoodbye();
  }

  #end(goodbye: Buffer): void {
    this.#goodbye = goodbye;
    this.#destroyAfter(GOODBYE_MS);
    if (this.#frames === undefined) this.destroy();
    else this.#sayGoodbye();
  }

  #sayGoodbye(): void {
    if (this.#goodbye === undefined || this.#hasSaidGoodbye) return;
    if (this.#frames?.reached !== true) return;
    this.#hasSaidGoodbye = true;
    this.#client.end(this.#goodbye);
    this.#backend.resume();
  }

  #destroyAfter(ms: number): void {
    this.deadlineMs = Math.min(this.deadlineMs, this.#deadlines.after(ms));
  }
}

function move(bytes: Buffer, from: Socket, to: Socket): void {
  writeTogether(to, "", { bytes, from: 0, to: bytes.length });
  if (isHeldBack(to)) from.pause();
}

function joinEnds(from: Socket, to: Socket): void {
  from.on("end", () => to.end());
  from.on("close", () => to.destroySoon());
  to.on("drain", () => from.resume());
}
