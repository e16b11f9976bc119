import { type Static, Type } from "typebox";
import { PullProgress } from "./backend.ts";
import { BackendState, TerminationKind, TerminationReason } from "./backend-state.ts";
import { DroneHealth, RuntimeName } from "./drone.ts";
import { ActionId, BackendId, NodeName } from "./ids.ts";
import { Key } from "./key.ts";
import { Credentials, PullPolicy, Readiness, Resources } from "./spawn-config.ts";
import {
  StreamAck,
  StreamClose,
  StreamCredit,
  StreamData,
  StreamEnd,
  StreamOpen,
} from "./stream-messages.ts";

/** All that a drone needs to run one backend, with the defaults filled in. */
export const BackendSpec = Type.Object({
  backend_id: BackendId,
  key: Key,
  fencing_token: Type.Integer(),
  static_token: Type.Optional(Type.String()),
  image: Type.String(),
  pull_policy: PullPolicy,
  credentials: Type.Optional(Credentials),
  command: Type.Optional(Type.Array(Type.String())),
  env: Type.Record(Type.String(), Type.String()),
  port: Type.Integer(),
  grace_seconds: Type.Integer(),
  ready: Readiness,
  resources: Resources,
  mount: Type.Optional(Type.Union([Type.Boolean(), Type.String()])),
  network: Type.Optional(Type.String()),
});
export type BackendSpec = Static<typeof BackendSpec>;

/** A reading of a drone's own clock. Readings of one `clock` compare with each other, and with nothing else. */
export const DroneTime = Type.Object({
  clock: Type.String({ minLength: 1, maxLength: 64, description: "Another after each boot." }),
  ms: Type.Integer({ minimum: 0 }),
});
export type DroneTime = Static<typeof DroneTime>;

export const Action = Type.Union([
  Type.Object({
    type: Type.Literal("spawn"),
    spec: BackendSpec,
    begin_by: Type.Unsafe<DroneTime>({
      ...DroneTime,
      description: "Afterwards the drone refuses it: another may have been asked.",
    }),
  }),
  Type.Object({
    type: Type.Literal("terminate"),
    backend_id: BackendId,
    kind: TerminationKind,
    reason: TerminationReason,
    grace_seconds: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
]);
export type Action = Static<typeof Action>;

/**
 * Answered by `action-ack` or, a spawn that cannot begin, by `action-refused`; sent again until then. A
 * drone carries each out at most once, and starts no container before its ack is confirmed.
 */
export const ActionMessage = Type.Object({
  type: Type.Literal("action"),
  action_id: ActionId,
  action: Action,
});

export const ControllerToDrone = Type.Union([
  Type.Object({
    type: Type.Literal("welcome"),
    protocol_version: Type.Integer(),
    controller: Type.String(),
    heartbeat_interval_ms: Type.Integer({ minimum: 1 }),
  }),
  ActionMessage,
  Type.Object({
    type: Type.Literal("action-confirmed"),
    action_id: ActionId,
  }),
  Type.Object({
    type: Type.Literal("lease"),
    request_id: Type.Integer(),
    renew_ms: Type.Integer({ minimum: 1, description: "From the sending of the request on." }),
    soft_ms: Type.Integer({ minimum: 1 }),
    hard_ms: Type.Integer({ minimum: 1 }),
    refused: Type.Array(BackendId, { description: "Keep the lease that they have, to its end." }),
  }),
  Type.Object({ type: Type.Literal("report-ack"), report_id: Type.Integer() }),
  Type.Object({
    type: Type.Literal("disown"),
    backend_ids: Type.Array(BackendId),
  }),
  StreamOpen,
  StreamCredit,
  StreamClose,
  StreamAck,
]);
export type ControllerToDrone = Static<typeof ControllerToDrone>;

export const DroneToController = Type.Union([
  Type.Object({
    type: Type.Literal("hello"),
    protocol_version: Type.Integer(),
    version: Type.String(),
    drone: NodeName,
    identity: Type.String({ minLength: 8, maxLength: 64 }),
    incarnation: Type.Optional(
      Type.String({
        ...{ minLength: 8, maxLength: 64 },
        description: "Of the drone's process: another after each start.",
      }),
    ),
    cluster: Type.String(),
    pool: Type.String(),
    runtime: RuntimeName,
    max_backends: Type.Optional(Type.Integer({ minimum: 1 })),
  }),
  Type.Object({ type: Type.Literal("heartbeat"), health: DroneHealth, time: DroneTime }),
  Type.Object({
    type: Type.Literal("lease-request"),
    request_id: Type.Integer(),
    backend_ids: Type.Array(BackendId, { description: "All that it runs." }),
  }),
  Type.Object({
    type: Type.Literal("inventory"),
    backend_ids: Type.Array(BackendId),
  }),
  Type.Object({ type: Type.Literal("action-ack"), action_id: ActionId }),
  Type.Object({
    type: Type.Literal("action-refused"),
    action_id: ActionId,
    because: Type.String({ maxLength: 2_000 }),
  }),
  Type.Object({
    type: Type.Literal("report"),
    report_id: Type.Integer(),
    backend_id: BackendId,
    state: BackendState,
    age_ms: Type.Number({ minimum: 0 }),
  }),
  Type.Object({
    type: Type.Literal("progress"),
    backend_id: BackendId,
    progress: PullProgress,
  }),
  StreamData,
  StreamEnd,
]);
export type DroneToController = Static<typeof DroneToController>;
