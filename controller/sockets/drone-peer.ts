import { type ControllerToDrone, DroneToController } from "../../src/protocol/drone-messages.ts";
import { CLOSE_CODES, PROTOCOL_VERSION } from "../../src/protocol/handshake.ts";
import { validatorOf } from "../../src/protocol/validate.ts";
import type { MessageSocket } from "../../src/shared/message-socket.ts";
import type { ChangeFeed } from "../change-feed.ts";
import type { Store } from "../store/store.ts";
import type { AcceptDeps } from "./accept-socket.ts";
import type { AttachedPeer, PeerKind } from "./peer-sockets.ts";
import { type SendActionsDeps, sendActions } from "./send-actions.ts";

export interface DronePeerDeps extends AcceptDeps, SendActionsDeps {
  store: Store;
  changes: ChangeFeed;
  controllerId: string;
  heartbeatIntervalMs: number;
  droneUnhealthyMs: number;
}

type Hello = Extract<DroneToController, { type: "hello" }>;
type Messages = MessageSocket<DroneToController, ControllerToDrone>;

/** How the controller deals with each drone that dials. */
export function dronePeers(deps: DronePeerDeps): PeerKind<DroneToController, ControllerToDrone> {
  return {
    inbound: validatorOf(DroneToController),
    nameOf: ({ drone, identity }) => ({ name: drone, identity }),
    attach: (hello, messages) => attachDrone(deps, hello, messages),
  };
}

async function attachDrone(
  deps: DronePeerDeps,
  { drone: name, identity, cluster, pool, version, max_backends }: Hello,
  messages: Messages,
): Promise<AttachedPeer<DroneToController> | undefined> {
  const { store, controllerId, heartbeatIntervalMs, droneUnhealthyMs, log } = deps;
  const about = { name, identity, cluster, pool, version, maxBackends: max_backends ?? null };
  const attached = await store.attachDrone(
    { ...about, controller: controllerId },
    droneUnhealthyMs,
  );
  if (!attached) return undefined;
  log.info({ drone: name, cluster, pool, version }, "drone attached");
  messages.send({
    type: "welcome",
    protocol_version: PROTOCOL_VERSION,
    controller: controllerId,
    heartbeat_interval_ms: heartbeatIntervalMs,
  });
  const sending = sendActions(deps, name, (action) => messages.send(action));
  return {
    receive: (message) => receive(deps, name, message, messages),
    async detach(replaced) {
      await sending[Symbol.asyncDispose]();
      if (replaced) return;
      await store.detachDrone(name, controllerId);
      log.warn({ drone: name }, "drone detached");
    },
  };
}

async function receive(
  { store, log }: DronePeerDeps,
  drone: string,
  message: DroneToController,
  messages: Messages,
): Promise<void> {
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
