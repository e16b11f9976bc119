import type { Address } from "../../../src/protocol/backend-state.ts";
import type { EngineFigures } from "../../figures/figures.ts";
import { MAX_IDLE_PER_BACKEND, UPSTREAM_IDLE_MS } from "../idle-upstreams.ts";
import type { Deadlines } from "./deadlines.ts";
import { UpstreamConnection, type UpstreamLimits } from "./upstream-connection.ts";

export interface PoolDeps {
  deadlines: Deadlines;
  limits: UpstreamLimits;
  figures: Pick<EngineFigures, "upstreamConnects" | "upstreamReuses">;
}

/** What the pools of all backends share. */
interface Registry extends PoolDeps {
  readonly pools: Map<string, BackendPool>;
  readonly open: Set<UpstreamConnection>;
}

/** The connections to one address; of those that nobody uses, the last one back is the first one out. */
export class BackendPool {
  readonly #registry: Registry;
  readonly #address: Address;
  readonly #idle: UpstreamConnection[] = [];
  #open = 0;

  constructor(registry: Registry, address: Address) {
    this.#registry = registry;
    this.#address = address;
  }

  take(): UpstreamConnection {
    const idle = this.#idle.pop();
    if (idle === undefined) return this.connect();
    this.#registry.figures.upstreamReuses += 1;
    return idle;
  }

  /** For what must not meet a connection that its backend has just closed. */
  connect(): UpstreamConnection {
    const { figures, pools, open } = this.#registry;
    const onIdleEnd = (one: UpstreamConnection) => this.#forget(one);
    const deps = { ...this.#registry, onIdleEnd };
    const connection = new UpstreamConnection(deps, this.#address);
    figures.upstreamConnects += 1;
    open.add(connection);
    this.#open += 1;
    pools.set(keyOf(this.#address), this);
    connection.socket.once("close", () => {
      open.delete(connection);
      this.#open -= 1;
      if (this.#open === 0) this.#retire();
    });
    return connection;
  }

  giveBack(connection: UpstreamConnection): void {
    if (this.#idle.length >= MAX_IDLE_PER_BACKEND) {
      connection.destroy();
      return;
    }
    connection.rest(UPSTREAM_IDLE_MS);
    this.#idle.push(connection);
  }

  #forget(connection: UpstreamConnection): void {
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
  }

  /** Backends come and go by the thousand; their pools must not stay. */
  #retire(): void {
    const { pools } = this.#registry;
    if (pools.get(keyOf(this.#address)) === this) pools.delete(keyOf(this.#address));
  }
}

/** Connections to backends. In use there are never more than clients have connections to us. */
export class UpstreamPool {
  readonly #registry: Registry;

  constructor(deps: PoolDeps) {
    this.#registry = {
      ...deps,
      pools: new Map(),
      open: new Set(),
    };
  }

  of(address: Address): BackendPool {
    return this.#registry.pools.get(keyOf(address)) ?? new BackendPool(this.#registry, address);
  }

  destroyAll(): void {
    for (const connection of this.#registry.open) connection.destroy();
  }
}

function keyOf({ host, port }: Address): string {
  return `${host} ${port}`;
}
