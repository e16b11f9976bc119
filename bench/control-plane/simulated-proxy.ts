import { WebSocket } from "ws";
import { PROTOCOL_VERSION, socketUrl } from "../../src/protocol/handshake.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import type { ProxyToController } from "../../src/protocol/proxy-messages.ts";
import { ACTIVITY_INTERVAL_MS, SOCKET_PING_INTERVAL_MS } from "../../src/protocol/timings.ts";
import { CLUSTER } from "./names.ts";

export interface SimulatedProxyOptions {
  url: string;
  key: string;
  name: string;
}

/** Tells of activity as a proxy does, and routes nothing. */
export class SimulatedProxy {
  readonly #socket: WebSocket;
  /** How many backends have changed since it told last, and where in the list they begin. */
  #changing: { backendIds: readonly BackendId[]; count: number } = { backendIds: [], count: 0 };
  #next = 0;
  #open = 0;
  #told = 0;

  static async attach(options: SimulatedProxyOptions): Promise<SimulatedProxy> {
    const proxy = new SimulatedProxy(options);
    await new Promise<void>((resolve) => proxy.#socket.once("message", () => resolve()));
    proxy.#send({ type: "activity", backends: [], complete: true });
    setInterval(() => proxy.#tell(), ACTIVITY_INTERVAL_MS);
    setInterval(() => proxy.#socket.ping(), SOCKET_PING_INTERVAL_MS);
    return proxy;
  }

  private constructor({ url, key, name }: SimulatedProxyOptions) {
    this.#socket = new WebSocket(socketUrl(url, "proxy"), {
      headers: { authorization: `Bearer ${key}` },
    });
    this.#socket.on("open", () =>
      this.#send({
        type: "hello",
        protocol_version: PROTOCOL_VERSION,
        version: "0.0.0-bench",
        proxy: name,
        identity: `bench-${name}`,
        cluster: CLUSTER,
      }),
    );
    this.#socket.on("close", (code, reason) => {
      throw new Error(`the controller hung up on ${name}: ${code} ${reason}`);
    });
  }

  /** From now on so many of these backends, each in its turn, have changed at each telling. */
  change(backendIds: readonly BackendId[], count: number): void {
    this.#changing = { backendIds, count };
  }

  /** How many backends it has told of so far. */
  get told(): number {
    return this.#told;
  }

  #tell(): void {
    const { backendIds, count } = this.#changing;
    // Opened on one round through the list, left on the next.
    const backends = Array.from({ length: count }, () => {
      const backend_id = backendIds[this.#next % backendIds.length] as BackendId;
      this.#next += 1;
      this.#open = Math.floor(this.#next / backendIds.length) % 2 === 0 ? 1 : 0;
      return { backend_id, open: this.#open, idle_ms: this.#open === 0 ? 700 : 0 };
    });
    this.#told += count;
    this.#send({ type: "activity", backends });
  }

  #send(message: ProxyToController): void {
    this.#socket.send(JSON.stringify(message));
  }
}
