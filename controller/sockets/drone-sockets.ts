import type { WebSocket } from "ws";
import { type ControllerToDrone, DroneToController } from "../../src/protocol/drone-messages.ts";
import { CLOSE_CODES, PROTOCOL_VERSION } from "../../src/protocol/handshake.ts";
import { validatorOf } from "../../src/protocol/validate.ts";
import type { MessageSocket } from "../../src/shared/message-socket.ts";
import { repeat } from "../../src/shared/repeat.ts";
import type { ChangeFeed } from "../change-feed.ts";
import type { Store } from "../store/store.ts";
import type { AcceptDeps, Peer } from "./accept-socket.ts";
import { PeerSockets } from "./peer-sockets.ts";

export interface DroneSocketDeps extends AcceptDeps {
  store: Store;
  changes: ChangeFeed;
  controllerId: string;
  heartbeatIntervalMs: number;
  resendIntervalMs: number;
}

type Hello = Extract<DroneToController, { type: "hello" }>;
type Messages = MessageSocket<DroneToController, ControllerToDrone>;

const inbound = validatorOf(DroneToController);

/** The drones that are attached to this controller. A name that dials again takes over. */
export class DroneSockets implements AsyncDisposable {
  readonly #deps: DroneSocketDeps;
  readonly #peers: PeerSockets<DroneToController, ControllerToDrone>;

  constructor(deps: DroneSocketDeps) {
    this.#deps = deps;
    this.#peers = new PeerSockets(deps, inbound);
  }

  accept(socket: WebSocket): void {
    this.#peers.accept(socket, (hello, messages) => this.#greet(hello, messages));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#peers[Symbol.asyncDispose]();
  }

  async #greet(hello: Hello, messages: Messages): Promise<Peer<DroneToController>> {
    const { store, controllerId, heartbeatIntervalMs, log } = this.#deps;
    const { drone: name, cluster, pool, version, max_backends } = hello;
    this.#peers.takeOver(name, messages);
    const maxBackends = max_backends ?? null;
    await store.attachDrone({
      name,
      cluster,
      pool,
      version,
      maxBackends,
      controller: controllerId,
    });
    log.info({ drone: name, cluster, pool, version }, "drone attached");
    messages.send({
      type: "welcome",
      protocol_version: PROTOCOL_VERSION,
      controller: controllerId,
      heartbeat_interval_ms: heartbeatIntervalMs,
    });
    const stopSending = this.#sendActions(name, messages);
    return {
      onMessage: (message) => this.#receive(name, message, messages),
      onClose: async () => {
        await stopSending();
        if (!this.#peers.letGo(name, messages)) return;
        await store.detachDrone(name, controllerId);
        log.warn({ drone: name }, "drone detached");
      },
    };
  }

  /** What is not acknowledged is sent when it is new, and again at intervals. */
  #sendActions(drone: string, messages: Messages): () => Promise<void> {
    const { store, changes, clock, log, resendIntervalMs } = this.#deps;
    const sent = new Set<string>();
    const send = async (which: "new" | "all") => {
      const pending = await store.pendingActions(drone);
      for (const action of pending) {
        if (which === "all" || !sent.has(action.action_id)) messages.send(action);
      }
      sent.clear();
      for (const { action_id } of pending) sent.add(action_id);
    };
    const stopListening = changes.on(`actions:${drone}`, () => {
      send("new").catch((error: unknown) =>
        log.error({ err: error, drone }, "cannot send actions"),
      );
    });
    const resending = repeat({ clock, log }, "resend actions", resendIntervalMs, () => send("all"));
    return async () => {
      stopListening();
      await resending[Symbol.asyncDispose]();
    };
  }

  async #receive(drone: string, message: DroneToController, messages: Messages): Promise<void> {
    const { store, log } = this.#deps;
    switch (message.type) {
      case "hello":
        return messages.close(CLOSE_CODES.badHello, "said hello twice");
      case "heartbeat":
        return await store.recordHeartbeat(drone, message.health);
      case "inventory": {
        const backendIds = await store.reconcile(drone, message.backend_ids);
        if (backendIds.length === 0) return;
        log.warn({ drone, backendIds }, "drone runs backends that are not its own; disowned");
        messages.send({ type: "disown", backend_ids: backendIds });
        return;
      }
      case "action-ack":
        return await store.ackAction(drone, message.action_id);
      case "report": {
        const { backend_id: id, state, age_ms: ageMs, report_id } = message;
        const accepted = await store.recordReport({ drone, id, state, ageMs });
        log.debug({ drone, backendId: id, status: state.status, accepted }, "report");
        messages.send({ type: "report-ack", report_id });
        return;
      }
      case "progress":
        return await store.setProgress(drone, message.backend_id, message.progress);
      default:
        return message satisfies never;
    }
  }
}
