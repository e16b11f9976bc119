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
  /** Of its process. Two that are alive with one identity have it from one data dir and its copy. */
  incarnation: string | undefined;
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
  readonly #byName = new Map<string, PeerName & { messages: MessageSocket<In, Out> }>();

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
    const who = this.#kind.nameOf(hello);
    const { name } = who;
    if (await this.#isCopy(who)) {
      return this.#refuse(messages, `"${name}" runs with this very id: is the data dir a copy?`);
    }
    const older = this.#byName.get(name);
    const isAnothers = `another machine is "${name}": choose another name`;
    if (older !== undefined && older.identity !== who.identity) {
      return this.#refuse(messages, isAnothers);
    }
    this.#byName.set(name, { ...who, messages });
    let peer: AttachedPeer<In> | undefined;
    try {
      peer = await this.#kind.attach(hello, messages);
    } finally {
      // Who could not be attached, be it for the database's sake, must not keep the name from others.
      if (peer === undefined) this.#letGo(name, messages);
    }
    if (peer === undefined) return this.#refuse(messages, isAnothers);
    older?.messages.close(CLOSE_CODES.replaced, "the same peer has dialled again");
    const attached = peer;
    return {
      onMessage: (message) => attached.receive(message),
      onClose: () => attached.detach(!this.#letGo(name, messages)),
    };
  }

  /**
   * Whether another process has its identity, and is alive. Were the later one let in, they would take turns, and
   * what one runs would be ended as lost because the other has it not.
   */
  async #isCopy({ name, identity, incarnation }: PeerName): Promise<boolean> {
    const other = this.#byName.get(name);
    if (other?.identity !== identity || other.incarnation === incarnation) return false;
    return await other.messages.isAlive();
  }

  /** Whether this was still the name's own socket, and not one that another had replaced. */
  #letGo(name: string, messages: MessageSocket<In, Out>): boolean {
    return this.#byName.get(name)?.messages === messages && this.#byName.delete(name);
  }

  #refuse(messages: MessageSocket<In, Out>, because: string): Peer<In> {
    this.#deps.log.warn({ because }, "a peer has the name of another that is alive; refused");
    messages.close(CLOSE_CODES.nameTaken, because);
    return { onMessage: () => undefined, onClose: () => undefined };
  }
}
