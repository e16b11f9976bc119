import type { WebSocket } from "ws";
import { CLOSE_CODES } from "../../src/protocol/handshake.ts";
import type { Validator } from "../../src/protocol/validate.ts";
import type { MessageSocket } from "../../src/shared/message-socket.ts";
import {
  type AcceptDeps,
  type AcceptedSocket,
  acceptSocket,
  type HelloOf,
  type Peer,
} from "./accept-socket.ts";

export type Greet<In, Out> = (
  hello: HelloOf<In>,
  messages: MessageSocket<In, Out>,
) => Promise<Peer<In>>;

/** All sockets of one kind of peer. A name that dials again takes over from its older socket. */
export class PeerSockets<In extends { type: string }, Out> implements AsyncDisposable {
  readonly #deps: AcceptDeps;
  readonly #inbound: Validator<In>;
  readonly #open = new Set<AcceptedSocket<In, Out>>();
  readonly #byName = new Map<string, MessageSocket<In, Out>>();

  constructor(deps: AcceptDeps, inbound: Validator<In>) {
    this.#deps = deps;
    this.#inbound = inbound;
  }

  accept(socket: WebSocket, greet: Greet<In, Out>): void {
    const accepted = acceptSocket(this.#deps, socket, this.#inbound, greet);
    this.#open.add(accepted);
    void accepted.finished.then(() => this.#open.delete(accepted));
  }

  takeOver(name: string, messages: MessageSocket<In, Out>): void {
    this.#byName.get(name)?.close(CLOSE_CODES.replaced, "the same name has dialled again");
    this.#byName.set(name, messages);
  }

  /** Whether this was still the name's own socket, and not one that another had replaced. */
  letGo(name: string, messages: MessageSocket<In, Out>): boolean {
    return this.#byName.get(name) === messages && this.#byName.delete(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closing = [...this.#open].map(async ({ messages, finished }) => {
      await messages[Symbol.asyncDispose]();
      await finished;
    });
    await Promise.all(closing);
  }
}
