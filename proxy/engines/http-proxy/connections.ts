import { type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { ClientConnection } from "../../entrance/client-connection.ts";
import type { EngineFigures } from "../../figures/figures.ts";

interface Connection {
  readonly client: ClientConnection;
  readonly gone: AbortController;
  response: ServerResponse | undefined;
}

/** The connections of clients: who is gone, what is being answered, and how all of them end. */
export class Connections {
  readonly #server: Server;
  readonly #figures: EngineFigures;
  readonly #open = new Map<Socket, Connection>();
  #leaving = false;
  #retired = false;
  #onEmpty: (() => void) | undefined;

  constructor(server: Server, figures: EngineFigures) {
    this.#server = server;
    this.#figures = figures;
    server.on("clientError", (error, socket) => this.#refuse(error, socket as Socket));
  }

  accept(client: ClientConnection): void {
    const { socket } = client;
    if (this.#leaving) {
      socket.destroy();
      return;
    }
    const connection = { client, gone: new AbortController(), response: undefined };
    this.#open.set(socket, connection);
    socket.once("close", () => {
      this.#open.delete(socket);
      connection.gone.abort();
      if (this.#open.size === 0) this.#onEmpty?.();
    });
    this.#server.emit("connection", socket);
  }

  /** Who is at the other end of a socket that was accepted. */
  clientOf(socket: Socket): Pick<ClientConnection, "peerAddress" | "secure"> {
    return this.#open.get(socket)?.client ?? { peerAddress: "", secure: false };
  }

  /** Aborts when the client's connection has closed. */
  signalOf(socket: Socket): AbortSignal {
    return this.#open.get(socket)?.gone.signal ?? AbortSignal.abort();
  }

  answering(socket: Socket, response: ServerResponse): void {
    const connection = this.#open.get(socket);
    if (connection !== undefined) connection.response = response;
    if (this.#retired) response.shouldKeepAlive = false;
    // An answer that began before leaving did has promised to keep the connection.
    response.once("close", () => {
      if (this.#leaving) setImmediate(() => this.#server.closeIdleConnections());
    });
  }

  /** What is answered from now on is its connection's last. */
  retire(): void {
    this.#retired = true;
    for (const { response } of this.#open.values()) {
      if (response?.headersSent === false) response.shouldKeepAlive = false;
    }
  }

  /** Closes what is idle. Resolves when the last connection has closed. */
  async leave(): Promise<void> {
    this.#leaving = true;
    this.retire();
    const empty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
      if (this.#open.size === 0) resolve();
    });
    this.#server.close();
    for (const socket of this.#open.keys()) {
      // To Node a connection that has said nothing yet is not idle.
      if (socket.bytesRead === 0) socket.destroy();
    }
    await empty;
  }

  destroyAll(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }

  /** What is not HTTP gets a status, unless that would fall into the middle of an answer. */
  #refuse(error: Error, socket: Socket): void {
    const response = this.#open.get(socket)?.response;
    const busy = response?.headersSent === true && !response.writableFinished;
    const code = "code" in error ? error.code : undefined;
    if (code !== "ECONNRESET") this.#figures.malformedRequests += 1;
    if (code === "ECONNRESET" || busy || !socket.writable) {
      socket.destroy();
      return;
    }
    const status = statusOf(code);
    this.#figures.answered(status);
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
    );
    socket.destroySoon();
  }
}

function statusOf(code: unknown): number {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return 431;
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return 408;
    default:
      return 400;
  }
}
