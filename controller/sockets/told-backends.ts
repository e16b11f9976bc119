import type { BackendId } from "../../src/protocol/ids.ts";
import type { ControllerToProxy } from "../../src/protocol/proxy-messages.ts";
import type { Log } from "../../src/shared/log.ts";
import type { ChangeFeed } from "../change-feed.ts";
import { whereabouts } from "../routing/route-result.ts";
import type { Store } from "../store/store.ts";

export interface ToldBackendsDeps {
  store: Pick<Store, "getBackend">;
  changes: ChangeFeed;
  log: Log;
}

/** The backends that one proxy was given routes to: it hears of each change, until they have ended. */
export class ToldBackends {
  readonly #deps: ToldBackendsDeps;
  readonly #send: (message: ControllerToProxy) => void;
  readonly #stops = new Map<BackendId, () => void>();
  #closed = false;

  constructor(deps: ToldBackendsDeps, send: (message: ControllerToProxy) => void) {
    this.#deps = deps;
    this.#send = send;
  }

  /** Whether it is new here. */
  add(id: BackendId): boolean {
    if (this.#closed || this.#stops.has(id)) return false;
    const { changes, log } = this.#deps;
    const stop = changes.on(`backend:${id}`, () => {
      this.#tell(id).catch((error: unknown) =>
        log.error({ err: error, backendId: id }, "cannot tell a proxy of a change"),
      );
    });
    this.#stops.set(id, stop);
    return true;
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#stops.values()) stop();
    this.#stops.clear();
  }

  async #tell(id: BackendId): Promise<void> {
    const backend = await this.#deps.store.getBackend(id);
    if (backend === undefined) return;
    const { state } = backend;
    this.#send({
      type: "backend-changed",
      backend_id: id,
      status: state.status,
      ...whereabouts(state),
      ...("reason" in state ? { reason: state.reason } : {}),
    });
    if (state.status !== "terminated") return;
    this.#stops.get(id)?.();
    this.#stops.delete(id);
  }
}
