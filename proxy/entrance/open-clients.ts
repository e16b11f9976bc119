import type { Socket } from "node:net";

/** Bytes on the wire. */
export interface Traffic {
  readonly in: number;
  readonly out: number;
}

/** The connections of clients; sockets count their bytes themselves, so a byte costs nothing here. */
export class OpenClients {
  readonly #open = new Set<Socket>();
  #accepted = 0;
  #closedIn = 0;
  #closedOut = 0;

  get open(): number {
    return this.#open.size;
  }

  /** Ever, since the start. */
  get accepted(): number {
    return this.#accepted;
  }

  add(socket: Socket): void {
    this.#accepted += 1;
    this.#open.add(socket);
    socket.once("close", () => {
      this.#open.delete(socket);
      this.#closedIn += socket.bytesRead;
      this.#closedOut += socket.bytesWritten;
    });
  }

  /** Looks at every open connection. */
  bytes(): Traffic {
    let [bytesIn, bytesOut] = [this.#closedIn, this.#closedOut];
    for (const socket of this.#open) {
      bytesIn += socket.bytesRead;
      bytesOut += socket.bytesWritten;
    }
    return { in: bytesIn, out: bytesOut };
  }
}
