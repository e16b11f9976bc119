import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type RawData, WebSocket, WebSocketServer } from "ws";
import type { Wire } from "./link.ts";
import type { LinkState } from "./link-state.ts";

/** So long a drone is told that its lease holds. */
const LIE_MS = 3_600_000;

/**
 * Between a drone and a controller. All is passed on as it is, until it is told to lie: then the next lease
 * that is granted is said to hold for an hour. The controller knows better, and will give the keys away.
 */
export class LyingLink implements Wire {
  readonly #server: Server;
  readonly #open = new Set<WebSocket>();
  #isCut = false;
  #onLie: (() => void) | undefined;

  private constructor(controllerPort: number) {
    this.#server = createServer();
    const sockets = new WebSocketServer({ server: this.#server });
    sockets.on("connection", (drone, { url = "/", headers }) => {
      const controller = new WebSocket(`ws://127.0.0.1:${controllerPort}${url}`, {
        headers: { authorization: headers.authorization ?? "" },
      });
      relay(drone, controller, (text) => text);
      relay(controller, drone, (text) => this.#pass(text));
      for (const socket of [drone, controller]) this.#open.add(socket);
      if (this.#isCut) this.#endAll();
    });
  }

  static async open(port: number, controllerPort: number): Promise<LyingLink> {
    const link = new LyingLink(controllerPort);
    link.#server.listen(port, "127.0.0.1");
    await once(link.#server, "listening");
    return link;
  }

  /** Resolves once the drone has been lied to. */
  lie(): Promise<void> {
    return new Promise((resolve) => {
      this.#onLie = resolve;
    });
  }

  set({ kind }: LinkState): void {
    this.#isCut = kind !== "open";
    if (this.#isCut) this.#endAll();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#endAll();
    this.#server.close();
  }

  #pass(text: string): string {
    const isLease = (JSON.parse(text) as { type?: string }).type === "lease";
    if (!isLease || this.#onLie === undefined) return text;
    this.#onLie();
    return forge(text);
  }

  #endAll(): void {
    for (const socket of this.#open) socket.terminate();
    this.#open.clear();
  }
}

function relay(from: WebSocket, to: WebSocket, change: (text: string) => string): void {
  const early: string[] = [];
  from.on("message", (data: RawData) => {
    const text = change(String(data));
    if (to.readyState === to.CONNECTING) early.push(text);
    else if (to.readyState === to.OPEN) to.send(text);
  });
  to.once("open", () => {
    for (const text of early) to.send(text);
  });
  from.on("error", () => from.terminate());
  from.on("close", () => to.terminate());
}

function forge(lease: string): string {
  const forged = { renew_ms: LIE_MS, soft_ms: LIE_MS + 1_000, hard_ms: LIE_MS + 2_000 };
  return JSON.stringify({ ...JSON.parse(lease), ...forged });
}
