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

export interface PeerName {
  name: string;
  identity: string;
}

/** What the sockets of one kind of peer are for. */
export interface PeerKind<In extends { type: string }, Out> {
  inbound: Validator<In>;
  nameOf(hello: HelloOf<In>): PeerName;
  /** The peer has said hello; it hears the welcome from here. Undefined if its name is another's. */
  attach(
    hello: HelloOf<In>,
    messages: MessageSocket<In, Out>,
  ): Promise<AttachedPeer<In> | undefined>;
}

export interface AttachedPeer<In> {
  receive(message: In): Promise<void> | void;
  /** Replaced: the same name has dialled again, so the peer itself is still there. */
  detach(replaced: boolean): Promise<void> | void;
}

/** All sockets of one kind of peer. A peer that dials again takes over from its older socket; another that has its name is refused. */
export class PeerSockets<In extends { type: string }, Out> implements AsyncDisposable {
  readonly #deps: AcceptDeps;
  readonly #kind: PeerKind<In, Out>;
  readonly #open = new Set<AcceptedSocket<In, Out>>();
  readonly #byName = new Map<string, { identity: string; messages: MessageSocket<In, Out> }>();

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

  get size(): number {
    return this.#open.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closing = [...this.#open].map(async ({ messages, finished }) => {
      await messages[Symbol.asyncDispose]();
      await finished;
    });
    await Promise.all(closing);
  }

  async #greet(hello: HelloOf<In>, messages: MessageSocket<In, Out>): Promise<Peer<In>> {
    const { name, identity } = this.#kind.nameOf(hello);
    const older = this.#byName.get(name);
    if (older !== undefined && older.identity !== identity) return this.#refuse(name, messages);
    this.#byName.set(name, { identity, messages });
    let peer: AttachedPeer<In> | undefined;
    try {
      peer = await this.#kind.attach(hello, messages);
    } finally {
      // Who could not be attached, be it for the database's sake, must not keep the name from others.
      if (peer === undefined) this.#letGo(name, messages);
    }
    if (peer === undefined) return this.#refuse(name, messages);
    older?.messages.close(CLOSE_CODES.replaced, "the same peer has dialled again");
    const attached = peer;
    return {
      onMessage: (message) => attached.receive(message),
      onClose: () => attached.detach(!this.#letGo(name, messages)),
    };
  }

  /** Whether this was still the name's own socket, and not one that another had replaced. */
  #letGo(name: string, messages: MessageSocket<In, Out>): boolean {
    return this.#byName.get(name)?.messages === messages && this.#byName.delete(name);
  }

  #refuse(name: string, messages: MessageSocket<In, Out>): Peer<In> {
    this.#deps.log.warn({ name }, "a peer has the name of another that is alive; refused");
    messages.close(CLOSE_CODES.nameTaken, `another machine is "${name}": choose another name`);
    return { onMessage: () => undefined, onClose: () => undefined };
  }
}
