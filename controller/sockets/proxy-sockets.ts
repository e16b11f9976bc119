import type { WebSocket } from "ws";
import { CLOSE_CODES, PROTOCOL_VERSION } from "../../src/protocol/handshake.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import { isToken } from "../../src/protocol/ids.ts";
import { type ControllerToProxy, ProxyToController } from "../../src/protocol/proxy-messages.ts";
import { validatorOf } from "../../src/protocol/validate.ts";
import type { MessageSocket } from "../../src/shared/message-socket.ts";
import type { ChangeFeed } from "../change-feed.ts";
import { routeResult, whereabouts } from "../routing/route-result.ts";
import type { Store } from "../store/store.ts";
import type { AcceptDeps, Peer } from "./accept-socket.ts";
import { PeerSockets } from "./peer-sockets.ts";

export interface ProxySocketDeps extends AcceptDeps {
  store: Store;
  changes: ChangeFeed;
  controllerId: string;
}

type Hello = Extract<ProxyToController, { type: "hello" }>;
type RouteRequest = Extract<ProxyToController, { type: "route-request" }>;
type Messages = MessageSocket<ProxyToController, ControllerToProxy>;

const inbound = validatorOf(ProxyToController);

/** The proxies that are attached to this controller, and what each was told of. */
export class ProxySockets implements AsyncDisposable {
  readonly #deps: ProxySocketDeps;
  readonly #peers: PeerSockets<ProxyToController, ControllerToProxy>;

  constructor(deps: ProxySocketDeps) {
    this.#deps = deps;
    this.#peers = new PeerSockets(deps, inbound);
  }

  accept(socket: WebSocket): void {
    this.#peers.accept(socket, (hello, messages) => this.#greet(hello, messages));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#peers[Symbol.asyncDispose]();
  }

  async #greet(
    { proxy: name, cluster, version }: Hello,
    messages: Messages,
  ): Promise<Peer<ProxyToController>> {
    const { controllerId, log } = this.#deps;
    this.#peers.takeOver(name, messages);
    log.info({ proxy: name, cluster, version }, "proxy attached");
    messages.send({
      type: "welcome",
      protocol_version: PROTOCOL_VERSION,
      controller: controllerId,
    });
    const told = new Map<BackendId, () => void>();
    return {
      onMessage: (message) => this.#receive({ name, cluster, told }, message, messages),
      onClose: () => {
        for (const stop of told.values()) stop();
        if (!this.#peers.letGo(name, messages)) return;
        log.warn({ proxy: name }, "proxy detached");
      },
    };
  }

  async #receive(
    proxy: { name: string; cluster: string; told: Map<BackendId, () => void> },
    message: ProxyToController,
    messages: Messages,
  ): Promise<void> {
    const { store, log } = this.#deps;
    switch (message.type) {
      case "hello":
        return messages.close(CLOSE_CODES.badHello, "said hello twice");
      case "route-request":
        // Not awaited: one slow lookup must not hold up the activity behind it.
        this.#answerRoute(proxy, message, messages).catch((error: unknown) =>
          log.error({ err: error, proxy: proxy.name }, "cannot resolve a route"),
        );
        return;
      case "activity": {
        const reports = message.backends.map(({ backend_id, open, idle_ms }) => ({
          id: backend_id,
          open,
          idleMs: idle_ms,
        }));
        return await store.recordActivity(proxy.name, reports, message.complete === true);
      }
      default:
        return message satisfies never;
    }
  }

  async #answerRoute(
    { cluster, told }: { cluster: string; told: Map<BackendId, () => void> },
    { request_id, label, token }: RouteRequest,
    messages: Messages,
  ): Promise<void> {
    const { store } = this.#deps;
    const sane = token !== undefined && isToken(token) ? token : null;
    const resolve = async () =>
      routeResult(await store.resolveRoute({ cluster, label: label ?? null, token: sane }), {
        label: label !== undefined,
        token: token !== undefined,
      });
    let result = await resolve();
    if (result.kind === "route" && !told.has(result.route.backend_id)) {
      this.#keepTold(result.route.backend_id, told, messages);
      // Again, now that changes are told: what happened in between is seen by one or the other.
      result = await resolve();
    }
    messages.send({ type: "route-response", request_id, result });
  }

  #keepTold(id: BackendId, told: Map<BackendId, () => void>, messages: Messages): void {
    const { store, changes, log } = this.#deps;
    const tell = async () => {
      const backend = await store.getBackend(id);
      if (backend === undefined) return;
      const { state } = backend;
      messages.send({
        type: "backend-changed",
        backend_id: id,
        status: state.status,
        ...whereabouts(state),
        ...("reason" in state ? { reason: state.reason } : {}),
      });
      if (state.status !== "terminated") return;
      told.get(id)?.();
      told.delete(id);
    };
    const stop = changes.on(`backend:${id}`, () => {
      tell().catch((error: unknown) => log.error({ err: error, backendId: id }, "cannot tell"));
    });
    told.set(id, stop);
  }
}
