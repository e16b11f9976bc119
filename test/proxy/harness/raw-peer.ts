import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { waitFor } from "../../harness/wait-for.ts";

/** One end of a connection, read and written byte for byte. */
export class RawPeer {
  /** All that came, one character a byte. */
  received = "";
  ended = false;
  closed = false;
  readonly socket: Socket;
  /** The TCP connection; under TLS another one than `socket`. */
  readonly #wire: Socket;

  constructor(socket: Socket, wire = socket) {
    this.socket = socket;
    this.#wire = wire;
    socket.setNoDelay(true);
    socket.on("data", (chunk) => {
      this.received += chunk.toString("latin1");
    });
    socket.on("end", () => {
      this.ended = true;
    });
    socket.on("close", () => {
      this.closed = true;
    });
    socket.on("error", () => undefined);
  }

  send(...lines: string[]): void {
    this.socket.write(lines.join("\r\n"), "latin1");
  }

  /** Waits for a pattern and takes all up to its end off what was received. */
  async take(pattern: RegExp): Promise<string> {
    const match = await waitFor(
      `${pattern} in ${JSON.stringify(this.received.slice(0, 500))}`,
      () => pattern.exec(this.received),
    );
    const end = match.index + match[0].length;
    const taken = this.received.slice(0, end);
    this.received = this.received.slice(end);
    return taken;
  }

  /** A message's head, with the empty line that ends it. */
  takeHead(): Promise<string> {
    return this.take(/^[\s\S]*?\r\n\r\n/);
  }

  /** Leaves without a word. */
  reset(): void {
    this.#wire.resetAndDestroy();
  }

  async untilClosed(): Promise<void> {
    await waitFor("the connection to close", () => this.closed);
  }
}

export async function connectRaw(port: number): Promise<RawPeer> {
  const socket = connect({ host: "127.0.0.1", port });
  await once(socket, "connect");
  return new RawPeer(socket);
}

export interface RawBackend extends AsyncDisposable {
  readonly port: number;
  readonly peers: RawPeer[];
  /** The next connection that has not been taken yet. */
  accept(): Promise<RawPeer>;
}

/** A server that does nothing by itself. */
export async function startRawBackend(): Promise<RawBackend> {
  const peers: RawPeer[] = [];
  let taken = 0;
  const server = createServer((socket) => peers.push(new RawPeer(socket)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    peers,
    async accept() {
      const peer = await waitFor("a connection to the backend", () => peers[taken]);
      taken += 1;
      return peer;
    },
    async [Symbol.asyncDispose]() {
      for (const { socket } of peers) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
