import { repeat } from "../../src/shared/repeat.ts";
import type { Engine, EngineDeps, EngineOptions, Forward } from "../engine.ts";
import type { ClientConnection } from "../entrance/client-connection.ts";
import { Client, type ClientDeps } from "./direct/client.ts";
import { Deadlines } from "./direct/deadlines.ts";
import { OpenSet } from "./direct/open-set.ts";
import { Tunnel, type TunnelEnds } from "./direct/tunnel.ts";
import { UpstreamPool } from "./direct/upstream-pool.ts";

/** The engine from socket to socket: it reads heads, and from there moves bytes. */
export function createDirectEngine(deps: EngineDeps, options: EngineOptions): Engine {
  return new DirectEngine(deps, options);
}

class DirectEngine implements Engine, ClientDeps {
  readonly gate: ClientDeps["gate"];
  readonly log: ClientDeps["log"];
  readonly clock: ClientDeps["clock"];
  readonly figures: ClientDeps["figures"];
  readonly accessLog: ClientDeps["accessLog"];
  readonly limits: EngineOptions;
  readonly deadlines: Deadlines;
  readonly pool: UpstreamPool;
  isRetired = false;
  isLeaving = false;
  dateLine = "";
  readonly #clients = new OpenSet<Client>();
  readonly #tunnels = new OpenSet<Tunnel>();
  readonly #ticking: AsyncDisposable;

  constructor({ gate, log, clock, figures, accessLog }: EngineDeps, options: EngineOptions) {
    this.gate = gate;
    this.log = log;
    this.limits = options;
    this.clock = clock;
    this.figures = figures;
    this.accessLog = accessLog;
    const { headTimeoutMs, keepAliveMs, connectTimeoutMs, answerTimeoutMs = keepAliveMs } = options;
    const limitsMs = [headTimeoutMs, keepAliveMs, connectTimeoutMs, answerTimeoutMs];
    this.deadlines = new Deadlines(clock.monotonicMs(), limitsMs);
    this.pool = new UpstreamPool({
      deadlines: this.deadlines,
      limits: options,
      figures,
    });
    this.#ticking = repeat({ clock, log }, "end what is late", this.deadlines.tickMs, () =>
      this.#tick(),
    );
  }

  serve(connection: ClientConnection): void {
    const { socket } = connection;
    if (this.isLeaving || socket.destroyed) {
      socket.destroy();
      return;
    }
    const client = new Client(this, connection);
    this.#clients.add(client);
    socket.once("close", () => this.#clients.delete(client));
  }

  openTunnel(ends: TunnelEnds): void {
    const tunnel = new Tunnel(this.deadlines, ends);
    this.#tunnels.add(tunnel);
    void tunnel.closed.then(() => this.#tunnels.delete(tunnel));
  }

  retire(): void {
    this.isRetired = true;
  }

  cut(which: (forward: Forward) => boolean): void {
    for (const client of this.#clients) client.cut(which);
    for (const tunnel of this.#tunnels) if (which(tunnel.forward)) tunnel.cut();
  }

  async leave(drainMs: number): Promise<void> {
    this.retire();
    this.isLeaving = true;
    for (const client of this.#clients) client.leave();
    const drained = new AbortController();
    await Promise.race([
      this.#clients.empty(),
      this.clock.sleep(drainMs, drained.signal).catch(() => undefined),
    ]);
    drained.abort();
    for (const tunnel of this.#tunnels) tunnel.leave();
    await this.#tunnels.empty();
    for (const client of this.#clients) client.socket.destroy();
    await this.#clients.empty();
    this.pool.destroyAll();
    await this.#ticking[Symbol.asyncDispose]();
  }

  #tick(): void {
    this.dateLine = `date: ${new Date(this.clock.now()).toUTCString()}\r\n`;
    this.deadlines.tick(this.clock.monotonicMs());
  }
}
