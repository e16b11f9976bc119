import type { Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { count } from "../../src/shared/figures/count.ts";
import type { Log } from "../../src/shared/log.ts";
import type { Figures } from "../figures/figures.ts";
import type { CertificateShelf } from "../tls/certificate-shelf.ts";
import { TLS_TERMS } from "../tls/tls-terms.ts";
import { type ClientConnection, MAX_LISTENERS } from "./client-connection.ts";

export interface TlsStepDeps {
  log: Log;
  figures: Pick<Figures, "refusedConnections">;
  shelf: CertificateShelf;
  /** Takes over each client whose handshake is done. */
  serve(connection: ClientConnection): void;
}

export interface TlsStepOptions {
  handshakeTimeoutMs: number;
  /** What is offered by ALPN, the best first. */
  protocols: readonly string[];
}

interface Handshake {
  readonly client: ClientConnection;
  readonly late: NodeJS.Timeout;
}

/** From a connection to the server's certificate: clients shake hands here, or are gone. */
export class TlsStep {
  readonly #deps: TlsStepDeps;
  readonly #options: TlsStepOptions;
  readonly #server: Server;
  /** By the far end of their connections: a TLSSocket does not tell what it has wrapped. */
  readonly #shaking = new Map<string, Handshake>();

  constructor(deps: TlsStepDeps, options: TlsStepOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#server = createServer({
      ...TLS_TERMS,
      // Node's own counts from the last byte, so a client that dribbles would never meet it.
      handshakeTimeout: 0,
      ALPNProtocols: [...options.protocols],
      SNICallback: (name, done) => done(null, deps.shelf.choose(name)?.context),
    });
    this.#server.on("secureConnection", (socket) => this.#serve(socket));
    this.#server.on("tlsClientError", (error, socket) => {
      deps.log.debug({ err: error }, "no TLS with a client");
      this.#refuse(socket);
    });
    this.#useDefault();
    deps.shelf.onChange(() => this.#useDefault());
  }

  /** Takes over a connection, on which nothing has been read or what was has been put back. */
  accept(client: ClientConnection): void {
    const { socket } = client;
    const end = endpointOf(socket);
    if (this.#deps.shelf.certificates.length === 0 || end === undefined) {
      this.#refuse(socket);
      return;
    }
    // Its end is told of as that of any handshake that fails.
    const late = setTimeout(() => socket.destroy(), this.#options.handshakeTimeoutMs);
    const handshake = { client, late };
    this.#shaking.set(end, handshake);
    // The next connection from the same end may be there before this one is told to be gone.
    socket.once("close", () => {
      clearTimeout(late);
      if (this.#shaking.get(end) === handshake) this.#shaking.delete(end);
    });
    // Who hangs up in the middle of a handshake waits for no answer.
    socket.allowHalfOpen = false;
    this.#server.emit("connection", socket);
  }

  /** Ends the handshakes that are not done. Those that were handed over are left alone. */
  close(): void {
    for (const { client } of this.#shaking.values()) client.socket.destroy();
  }

  #serve(socket: TLSSocket): void {
    const { log, serve } = this.#deps;
    const client = this.#done(endpointOf(socket) ?? "");
    if (client === undefined) {
      socket.destroy();
      return;
    }
    socket.allowHalfOpen = true;
    socket.setMaxListeners(MAX_LISTENERS);
    socket.on("error", (error) => {
      log.debug({ err: error }, "client socket failed");
      // Node leaves a connection open whose bytes are no TLS any more.
      socket.destroy();
    });
    serve({ socket, peerAddress: client.peerAddress, secure: true });
  }

  #refuse(socket: Socket): void {
    count(this.#deps.figures.refusedConnections, "tls");
    socket.destroy();
  }

  #done(end: string): ClientConnection | undefined {
    const handshake = this.#shaking.get(end);
    clearTimeout(handshake?.late);
    this.#shaking.delete(end);
    return handshake?.client;
  }

  /** Clients that name no server get the first certificate; all others are chosen for by name. */
  #useDefault(): void {
    const [first] = this.#deps.shelf.certificates;
    if (first === undefined) return;
    this.#server.setSecureContext({ ...TLS_TERMS, cert: first.pair.chain, key: first.pair.key });
  }
}

function endpointOf({ remoteAddress, remotePort, localAddress }: Socket): string | undefined {
  return remotePort === undefined ? undefined : `${remoteAddress} ${remotePort} ${localAddress}`;
}
