import { once } from "node:events";
import { WebSocket } from "ws";
import { PROTOCOL_VERSION, SOCKET_PATHS } from "../../src/protocol/handshake.ts";
import { waitFor } from "./wait-for.ts";

interface Message {
  type: string;
}

/** A drone or a proxy that says and hears just what a test wants, over a real socket. */
export class ScriptedPeer<In extends Message, Out extends Message> implements AsyncDisposable {
  /** All that was heard and not yet taken by `next`. */
  readonly heard: In[] = [];
  readonly #socket: WebSocket;
  readonly #closed: Promise<number>;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => this.heard.push(JSON.parse(String(data))));
    // Not events.once: that would also reject at an error, which `dial` has told already.
    this.#closed = new Promise((resolve) => socket.once("close", resolve));
  }

  static async dial<In extends Message, Out extends Message>(
    { url, key }: { url: string; key: string },
    kind: keyof typeof SOCKET_PATHS,
    hello?: Record<string, unknown>,
  ): Promise<ScriptedPeer<In, Out>> {
    const socket = new WebSocket(url.replace(/^http/, "ws") + SOCKET_PATHS[kind], {
      headers: { authorization: `Bearer ${key}` },
    });
    const peer = new ScriptedPeer<In, Out>(socket);
    await once(socket, "open");
    if (hello !== undefined) {
      const identity = `test-${hello.drone ?? hello.proxy}`;
      const versions = { identity, protocol_version: PROTOCOL_VERSION, version: "0.0.0-test" };
      socket.send(JSON.stringify({ type: "hello", ...versions, ...hello }));
      await peer.next("welcome" as In["type"]);
    }
    return peer;
  }

  /** The code that the other end closed with. */
  get closed(): Promise<number> {
    return this.#closed;
  }

  say(message: Out): void {
    this.#socket.send(JSON.stringify(message));
  }

  sayRaw(text: string): void {
    this.#socket.send(text);
  }

  /** From now on, says this to each message of a type. */
  answer<T extends In["type"]>(type: T, reply: (message: Extract<In, { type: T }>) => Out): void {
    this.#socket.on("message", (data) => {
      const message = JSON.parse(String(data)) as In;
      if (message.type === type) this.say(reply(message as Extract<In, { type: T }>));
    });
  }

  /** Takes the next message of a type, of those that fit; earlier ones of other types stay. */
  async next<T extends In["type"]>(
    type: T,
    fits: (message: Extract<In, { type: T }>) => boolean = () => true,
    timeoutMs = 8_000,
  ): Promise<Extract<In, { type: T }>> {
    const wanted = (message: In): message is Extract<In, { type: T }> =>
      message.type === type && fits(message as Extract<In, { type: T }>);
    const take = () => {
      const found = this.heard.find(wanted);
      if (found !== undefined) this.heard.splice(this.heard.indexOf(found), 1);
      return found;
    };
    return await waitFor(`a message ${type}`, take, timeoutMs);
  }

  /** As a killed process would: without a close frame. */
  cut(): void {
    this.#socket.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.terminate();
    await this.#closed;
  }
}
