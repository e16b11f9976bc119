import type { Socket } from "node:net";
import { plainAddress } from "../../src/shared/addresses.ts";
import { count } from "../../src/shared/figures/count.ts";
import type { Log } from "../../src/shared/log.ts";
import type { Figures } from "../figures/figures.ts";
import type { TrustedProxies } from "../trusted-proxies.ts";
import type { ClientConnection, Serve } from "./client-connection.ts";
import { readProxyHeader } from "./read-proxy-header.ts";

export interface FrontProxiesDeps {
  log: Log;
  trusted: TrustedProxies;
  figures: Pick<Figures, "refusedConnections">;
}

/** Learns from trusted front proxies whom they speak for; nobody else may come in. */
export class FrontProxies {
  readonly #deps: FrontProxiesDeps;
  readonly #timeoutMs: number;
  readonly #serve: Serve;
  readonly #waiting = new Set<Socket>();

  constructor(deps: FrontProxiesDeps, timeoutMs: number, serve: Serve) {
    this.#deps = deps;
    this.#timeoutMs = timeoutMs;
    this.#serve = serve;
  }

  accept(connection: ClientConnection): void {
    const { socket, peerAddress } = connection;
    if (!this.#deps.trusted.trusts(plainAddress(peerAddress))) {
      this.#refuse(connection, "not a trusted front proxy");
      return;
    }
    this.#waiting.add(socket);
    const handlers = {
      onHeader: (client: string | undefined) => {
        this.#waiting.delete(socket);
        this.#serve({ ...connection, peerAddress: client ?? peerAddress });
      },
      onRefused: (problem: string) => this.#refuse(connection, problem),
    };
    readProxyHeader(socket, handlers, this.#timeoutMs);
  }

  /** Ends the wait for headers. */
  close(): void {
    for (const socket of this.#waiting) socket.destroy();
  }

  #refuse({ socket, peerAddress }: ClientConnection, problem: string): void {
    const { figures, log } = this.#deps;
    this.#waiting.delete(socket);
    count(figures.refusedConnections, "proxy-protocol");
    log.debug({ peerAddress, problem }, "connection without a PROXY header refused");
    socket.destroy();
  }
}
