import { type ControllerToDrone, DroneToController } from "../../src/protocol/drone-messages.ts";
import { CLOSE_CODES, PROTOCOL_VERSION } from "../../src/protocol/handshake.ts";
import { type ActionId, type BackendId, newIdentity, partsOf } from "../../src/protocol/ids.ts";
import type { LeaseTimings } from "../../src/protocol/lease.ts";
import { validatorOf } from "../../src/protocol/validate.ts";
import type { MessageSocket } from "../../src/shared/message-socket.ts";
import type { Store } from "../store/store.ts";
import type { AttachedStreams } from "../streams/drone-sockets.ts";
import type { StreamHub } from "../streams/stream-hub.ts";
import type { AcceptDeps } from "./accept-socket.ts";
import type { ActionSender } from "./action-sender.ts";
import type { AttachedPeer, PeerKind } from "./peer-sockets.ts";

export interface DronePeerDeps extends AcceptDeps {
  store: Store;
  actions: ActionSender;
  streams: Pick<StreamHub, "drones">;
  controllerId: string;
  heartbeatIntervalMs: number;
  droneUnhealthyMs: number;
  lease: LeaseTimings;
  /** Gives spawns that were refused to another drone. */
  placeStranded(): Promise<void>;
}

type Hello = Extract<DroneToController, { type: "hello" }>;
type Messages = MessageSocket<DroneToController, ControllerToDrone>;

/** One connection of a drone. */
interface Attached {
  drone: string;
  session: string;
  messages: Messages;
  streams: AttachedStreams;
}

/** How the controller deals with each drone that dials. */
export function dronePeers(deps: DronePeerDeps): PeerKind<DroneToController, ControllerToDrone> {
  return {
    inbound: validatorOf(DroneToController),
    nameOf: ({ drone, identity, incarnation }) => ({ name: drone, identity, incarnation }),
    attach: (hello, messages) => attachDrone(deps, hello, messages),
  };
}

async function attachDrone(
  deps: DronePeerDeps,
  { drone, identity, cluster, pool, version, max_backends }: Hello,
  messages: Messages,
): Promise<AttachedPeer<DroneToController> | undefined> {
  const { store, actions, streams, controllerId, heartbeatIntervalMs, droneUnhealthyMs, log } =
    deps;
  const session = newIdentity();
  const about = { name: drone, identity, cluster, pool, version };
  const attached = await store.attachDrone(
    { ...about, session, maxBackends: max_backends ?? null, controller: controllerId },
    droneUnhealthyMs,
  );
  if (!attached) return undefined;
  log.info({ drone, cluster, pool, version }, "drone attached");
  messages.send({
    type: "welcome",
    protocol_version: PROTOCOL_VERSION,
    controller: controllerId,
    heartbeat_interval_ms: heartbeatIntervalMs,
  });
  const stopSending = actions.attach(drone, (action) => messages.send(action));
  const streaming = streams.drones.attach(drone, (message) => messages.send(message));
  const peer = { drone, session, messages, streams: streaming };
  return {
    receive: (message) => receive(deps, peer, message),
    async detach(replaced) {
      stopSending();
      streaming.detach();
      if (replaced) return;
      await store.detachDrone(drone, session);
      log.warn({ drone }, "drone detached");
    },
  };
}

async function receive(
  deps: DronePeerDeps,
  peer: Attached,
  message: DroneToController,
): Promise<void> {
  const { store, log } = deps;
  const { drone, messages } = peer;
  switch (message.type) {
    case "hello":
      return messages.close(CLOSE_CODES.badHello, "said hello twice");
    case "heartbeat":
      return await store.recordHeartbeat(drone, message.health, message.time);
    case "lease-request":
      return await answerLease(deps, peer, message);
    case "inventory":
      return disown(deps, peer, await store.reconcile(drone, peer.session, message.backend_ids));
    case "action-ack":
      return await confirm(deps, peer, message.action_id);
    case "action-refused": {
      const { action_id: actionId, because } = message;
      log.warn({ drone, actionId, because }, "drone refused a spawn");
      await store.refuseSpawn(drone, actionId, because);
      return await deps.placeStranded();
    }
    case "report": {
      const { backend_id: id, state, age_ms: ageMs, report_id } = message;
      const accepted = await store.recordReport({ drone, id, state, ageMs });
      log.debug({ drone, backendId: id, status: state.status, accepted }, "report");
      messages.send({ type: "report-ack", report_id });
      return;
    }
    case "progress":
      return await store.setProgress(drone, message.backend_id, message.progress);
    case "stream-data":
    case "stream-end":
      return peer.streams.receive(message);
    default:
      return message satisfies never;
  }
}

async function answerLease(
  deps: DronePeerDeps,
  peer: Attached,
  { request_id, backend_ids }: Extract<DroneToController, { type: "lease-request" }>,
): Promise<void> {
  const { renewMs, softMs, hardMs, expiryMs } = deps.lease;
  const { drone, session, messages } = peer;
  const request = { drone, session, backendIds: backend_ids, expiryMs };
  const answer = await deps.store.renewLease(request);
  if (answer === "session-over") return messages.close(1011, "this session is over: dial again");
  // It asks again, and by then its lease has been judged.
  if (answer === "not-judged-yet") return;
  // First what must not run, so that nothing is extended that is not its own.
  disown(deps, peer, answer.disowned);
  messages.send({
    type: "lease",
    request_id,
    renew_ms: renewMs,
    soft_ms: softMs,
    hard_ms: hardMs,
    refused: answer.refused,
  });
}

function disown({ log }: DronePeerDeps, { drone, messages }: Attached, ids: BackendId[]): void {
  if (ids.length === 0) return;
  log.warn({ drone, backendIds: ids }, "drone runs backends that are not its own; disowned");
  messages.send({ type: "disown", backend_ids: ids });
}

async function confirm(deps: DronePeerDeps, peer: Attached, action_id: ActionId): Promise<void> {
  const mayGoOn = await deps.store.ackAction(peer.drone, action_id);
  const { backendId, isSpawn } = partsOf(action_id);
  if (!isSpawn) return;
  if (mayGoOn) peer.messages.send({ type: "action-confirmed", action_id });
  else disown(deps, peer, [backendId]);
}
