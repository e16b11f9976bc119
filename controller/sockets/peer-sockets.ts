import type { WebSocket } from "ws";
import { CLOSE_CODES } from "../../src/protocol/handshake.ts";
import type { Validator } from "../../src/protocol/validate.ts";
import type { MessageSocket } from "../../src/shared/message-socket.ts";
import {
  type AcceptDeps,
  type AcceptedSocket,
  acceptSocket,
  type HelloOf,
} from "./accept-socket.ts";

/** What the sockets of one kind of peer are for. */
export interface PeerKind<In extends { type: string }, Out> {
  inbound: Validator<In>;
  nameOf(hello: HelloOf<In>): string;
  /** The peer has said hello; it hears the welcome from here. */
  attach(hello: HelloOf<In>, messages: MessageSocket<In, Out>): Promise<AttachedPeer<In>>;
}

export interface AttachedPeer<In> {
  receive(message: In): Promise<void> | void;
  /** Replaced: the same name has dialled again, so the peer itself is still there. */
  detach(replaced: boolean): Promise<void> | void;
}

/** All sockets of one kind of peer. A name that dials again takes over from its older socket. */
export class PeerSockets<In extends { type: string }, Out> implements AsyncDisposable {
  readonly #deps: AcceptDeps;
  readonly #kind: PeerKind<In, Out>;
  readonly #open = new Set<AcceptedSocket<In, Out>>();
  readonly #byName = new Map<string, MessageSocket<In, Out>>();

  constructor(deps: AcceptDeps, kind: PeerKind<In, Out>) {
    this.#deps = deps;
    this.#kind = kind;
  }

  accept(socket: WebSocket): void {
    const { inbound } = this.#kind;
    const accepted = acceptSocket<In, Out>(this.#deps, socket, inbound, (hello, messages) =>
      this.#greet(hello, messages),
    );
    this.#open.add(accepted);
    void accepted.finished.then(() => this.#open.delete(accepted));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closing = [...this.#open].map(async ({ messages, finished }) => {
      await messages[Symbol.asyncDispose]();
      await finished;
    });
    await Promise.all(closing);
  }

  async #greet(hello: HelloOf<In>, messages: MessageSocket<In, Out>) {
    const name = this.#kind.nameOf(hello);
    this.#byName.get(name)?.close(CLOSE_CODES.replaced, "the same name has dialled again");
    this.#byName.set(name, messages);
    const peer = await this.#kind.attach(hello, messages);
    return {
      onMessage: (message: In) => peer.receive(message),
      onClose: () => {
        const replaced = this.#byName.get(name) !== messages;
        if (!replaced) this.#byName.delete(name);
        return peer.detach(replaced);
      },
    };
  }
}
