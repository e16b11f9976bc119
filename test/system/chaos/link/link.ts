import { once } from "node:events";
import { createServer, type Server, Socket } from "node:net";
import { type LinkState, OPEN } from "./link-state.ts";
import { Pipe } from "./pipe.ts";
import { reset } from "./reset.ts";

/** A port of loopback, or a socket's path. */
export type Endpoint = { port: number } | { path: string };

/** What stands between a part and whatever it dials, for the harness to spoil. */
export interface Wire extends AsyncDisposable {
  set(state: LinkState, upstream?: Endpoint): void;
}

interface Connection {
  client: Socket;
  upstream: Endpoint;
  pipes: Pipe[];
  close(): void;
}

/** With several endpoints behind it, it is a load balancer too: in turn, and past those that refuse. */
export class Link implements Wire {
  readonly #upstreams: readonly Endpoint[];
  readonly #ways: Map<Endpoint, LinkState>;
  #whole: LinkState = OPEN;
  readonly #connections = new Set<Connection>();
  readonly #waiting = new Set<() => void>();
  readonly #server: Server;
  #turn = 0;

  private constructor(upstreams: readonly Endpoint[]) {
    this.#upstreams = upstreams;
    this.#ways = new Map(upstreams.map((upstream) => [upstream, OPEN]));
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      client.on("error", () => client.destroy());
      void this.#accept(client);
    });
  }

  static async open(at: Endpoint, upstreams: readonly Endpoint[]): Promise<Link> {
    const link = new Link(upstreams);
    link.#server.listen("port" in at ? { host: "127.0.0.1", port: at.port } : at);
    await once(link.#server, "listening");
    return link;
  }

  /** Of the whole link, or of the way to one endpoint. What befalls the whole goes first. */
  set(state: LinkState, upstream?: Endpoint): void {
    if (upstream === undefined) this.#whole = state;
    else this.#ways.set(upstream, state);
    for (const connection of this.#connections) {
      const now = this.#stateOf(connection.upstream);
      if (now.kind === "cut") connection.close();
      for (const pipe of connection.pipes) pipe.state = now;
    }
    for (const wake of this.#waiting) wake();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const connection of this.#connections) connection.close();
    for (const wake of this.#waiting) wake();
  }

  async #accept(client: Socket): Promise<void> {
    const upstream = await this.#passable(client);
    if (upstream === undefined) return;
    for (const candidate of upstream) {
      const server = await dial(candidate);
      if (client.destroyed) return void server?.destroy();
      if (server !== undefined) return this.#join(client, server, candidate);
    }
    reset(client);
  }

  /** The endpoints to try, once one can be reached at all; undefined if the client is turned away. */
  async #passable(client: Socket): Promise<Endpoint[] | undefined> {
    while (!client.destroyed && this.#server.listening) {
      const inTurn = this.#upstreams.map(
        (_, index) => this.#upstreams[(this.#turn + index) % this.#upstreams.length] as Endpoint,
      );
      this.#turn++;
      const are = (...kinds: string[]) =>
        inTurn.filter((endpoint) => kinds.includes(this.#stateOf(endpoint).kind));
      const passable = are("open", "slow");
      if (passable.length > 0) return passable;
      if (are("hole").length === 0) break;
      await this.#changeOrClose(client);
    }
    reset(client);
    return undefined;
  }

  async #changeOrClose(client: Socket): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        client.off("close", wake);
        resolve();
      };
      this.#waiting.add(wake);
      client.once("close", wake);
    });
  }

  #stateOf(upstream: Endpoint): LinkState {
    return this.#whole.kind === "open" ? (this.#ways.get(upstream) ?? OPEN) : this.#whole;
  }

  #join(client: Socket, server: Socket, upstream: Endpoint): void {
    const state = this.#stateOf(upstream);
    const connection: Connection = {
      client,
      upstream,
      pipes: [new Pipe(client, server, "up", state), new Pipe(server, client, "down", state)],
      close() {
        reset(client);
        reset(server);
      },
    };
    this.#connections.add(connection);
    server.on("close", () => client.destroyed && this.#connections.delete(connection));
    client.on("close", () => server.destroyed && this.#connections.delete(connection));
    if (state.kind === "cut") connection.close();
  }
}

/** Undefined if nobody listens there. */
async function dial(endpoint: Endpoint): Promise<Socket | undefined> {
  const socket = new Socket({ allowHalfOpen: true });
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  const opened = new Promise<boolean>((resolve) => {
    socket.once("connect", () => resolve(true));
    socket.once("close", () => resolve(false));
  });
  if ("port" in endpoint) socket.connect({ host: "127.0.0.1", port: endpoint.port });
  else socket.connect(endpoint.path);
  return (await opened) ? socket : undefined;
}
