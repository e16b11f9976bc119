import type { Socket } from "node:net";

/** What passed the client connections of a proxy, as bytes on the wire. */
export interface Traffic {
  readonly open: number;
  readonly accepted: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** The client connections; the sockets count their bytes themselves, so a byte costs nothing here. */
export class OpenClients {
  readonly #open = new Set<Socket>();
  #accepted = 0;
  #bytesIn = 0;
  #bytesOut = 0;

  add(socket: Socket): void {
    this.#accepted += 1;
    this.#open.add(socket);
    socket.once("close", () => {
      this.#open.delete(socket);
      this.#bytesIn += socket.bytesRead;
      this.#bytesOut += socket.bytesWritten;
    });
  }

  traffic(): Traffic {
    let [bytesIn, bytesOut] = [this.#bytesIn, this.#bytesOut];
    for (const socket of this.#open) {
      bytesIn += socket.bytesRead;
      bytesOut += socket.bytesWritten;
    }
    return { open: this.#open.size, accepted: this.#accepted, bytesIn, bytesOut };
  }
}
