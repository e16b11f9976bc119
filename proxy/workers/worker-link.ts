import type { ProxyToController } from "../../src/protocol/proxy-messages.ts";
import type { LinkHandlers, ProxyLink } from "../link.ts";
import type { ToPrimary, ToWorker } from "./messages.ts";

export interface WorkerLinkDeps {
  send(message: ToPrimary): void;
}

/** A worker's way to the controller: over the connection that its primary has, for all of them. */
export class WorkerLink implements ProxyLink {
  connected = false;
  readonly #deps: WorkerLinkDeps;
  readonly #handlers: LinkHandlers;

  constructor(deps: WorkerLinkDeps, handlers: LinkHandlers) {
    this.#deps = deps;
    this.#handlers = handlers;
    deps.send({ type: "attach" });
  }

  send(message: ProxyToController): boolean {
    if (!this.connected || message.type === "hello") return false;
    this.#deps.send({ type: "say", message });
    return true;
  }

  receive(message: Extract<ToWorker, { type: "connected" | "news" }>): void {
    if (message.type === "news") {
      this.#handlers.onNews(message.news);
      return;
    }
    this.connected = message.connected;
    if (message.connected) this.#handlers.onWelcome();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.connected = false;
  }
}
