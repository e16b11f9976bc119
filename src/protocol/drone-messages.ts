import { type Static, Type } from "typebox";
import { PullProgress } from "./backend.ts";
import { BackendState, TerminationKind, TerminationReason } from "./backend-state.ts";
import { DroneHealth, RuntimeName } from "./drone.ts";
import { ActionId, BackendId, NodeName } from "./ids.ts";
import { Key } from "./key.ts";
import { Credentials, PullPolicy, Readiness, Resources } from "./spawn-config.ts";

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

export const Action = Type.Union([
  Type.Object({ type: Type.Literal("spawn"), spec: BackendSpec }),
  Type.Object({
    type: Type.Literal("terminate"),
    backend_id: BackendId,
    kind: TerminationKind,
    reason: TerminationReason,
    grace_seconds: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
]);
export type Action = Static<typeof Action>;

/** Acknowledged by `action-ack` and sent again until then; a drone carries each out at most once. */
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
  Type.Object({ type: Type.Literal("report-ack"), report_id: Type.Integer() }),
  Type.Object({
    type: Type.Literal("disown"),
    backend_ids: Type.Array(BackendId),
  }),
]);
export type ControllerToDrone = Static<typeof ControllerToDrone>;

export const DroneToController = Type.Union([
  Type.Object({
    type: Type.Literal("hello"),
    protocol_version: Type.Integer(),
    version: Type.String(),
    drone: NodeName,
    identity: Type.String({ minLength: 8, maxLength: 64 }),
    cluster: Type.String(),
    pool: Type.String(),
    runtime: RuntimeName,
    max_backends: Type.Optional(Type.Integer({ minimum: 1 })),
  }),
  Type.Object({ type: Type.Literal("heartbeat"), health: DroneHealth }),
  Type.Object({
    type: Type.Literal("inventory"),
    backend_ids: Type.Array(BackendId),
  }),
  Type.Object({ type: Type.Literal("action-ack"), action_id: ActionId }),
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
]);
export type DroneToController = Static<typeof DroneToController>;
