import { type Static, Type } from "typebox";
import {
  Address,
  Status,
  Termination,
  TerminationKind,
  TerminationReason,
} from "./backend-state.ts";
import { BackendId } from "./ids.ts";
import { Key } from "./key.ts";
import { literals } from "./literals.ts";
import { NextCursor } from "./next-cursor.ts";
import { Access, Readiness, Resources } from "./spawn-config.ts";
import { EpochMs } from "./time.ts";

const Milliseconds = Type.Optional(Type.Number({ description: "Milliseconds." }));

/** When a backend entered a status, and what the step before took on its drone. */
export const TimelineEntry = Type.Object({
  status: Status,
  at: EpochMs,
  pull_ms: Milliseconds,
  create_ms: Milliseconds,
  start_ms: Milliseconds,
  first_answer_ms: Milliseconds,
});
export type TimelineEntry = Static<typeof TimelineEntry>;

export const BackendSummary = Type.Object({
  id: BackendId,
  key: Key,
  status: Status,
  cluster: Type.String(),
  pool: Type.String(),
  drone: Type.String(),
  image: Type.String(),
  labels: Type.Record(Type.String(), Type.String()),
  subdomain: Type.Union([Type.String(), Type.Null()]),
  created_at: EpochMs,
  status_at: EpochMs,
  ended: Type.Optional(
    Type.Object({ reason: TerminationReason, exit_code: Type.Optional(Type.Integer()) }),
  ),
});
export type BackendSummary = Static<typeof BackendSummary>;

/** The right of a backend to its key. Its drone renews it, unless `renewable` is false. */
export const Lease = Type.Object({
  expires_at: Type.Union([EpochMs, Type.Null()], {
    description: "Null while its drone holds none: until it has begun, or after it was lost.",
  }),
  renewable: Type.Boolean(),
});
export type Lease = Static<typeof Lease>;

/** What keeps a backend up, and when it will go if nothing changes. Times are by the database's clock. */
export const Idleness = Type.Object({
  backend_id: BackendId,
  status: Status,
  now: EpochMs,
  held_by: Type.Array(
    Type.Union([
      Type.Object({
        kind: Type.Literal("connections"),
        proxy: Type.String(),
        open: Type.Integer({ minimum: 1 }),
      }),
      Type.Object({ kind: Type.Literal("starting") }),
      Type.Object({ kind: Type.Literal("no-idle-limit") }),
    ]),
    { description: "Why the idle clock stands still. Empty: it runs, or the backend is ending." },
  ),
  max_idle_seconds: Type.Union([Type.Integer(), Type.Null()]),
  idle_since: Type.Union([EpochMs, Type.Null()], { description: "Null while the clock stands." }),
  last_active_at: EpochMs,
  lifetime_ends_at: Type.Union([EpochMs, Type.Null()]),
  drain_ends_at: Type.Union([EpochMs, Type.Null()]),
  goes_at: Type.Union([EpochMs, Type.Null()], {
    description:
      "The first of its deadlines; of one that is ending since when it is, and of one that has ended when it did. Null: nothing will end it by itself.",
  }),
  goes_because: Type.Union([
    literals(["idle", "lifetime", "drain", "lease", "ending", "ended"]),
    Type.Null(),
  ]),
});
export type Idleness = Static<typeof Idleness>;

/** Everything about one backend but its secrets: of env and credentials, the names only. */
export const Backend = Type.Object({
  ...BackendSummary.properties,
  fencing_token: Type.Integer(),
  address: Type.Union([Address, Type.Null()]),
  port: Type.Integer(),
  env_names: Type.Array(Type.String()),
  command: Type.Union([Type.Array(Type.String()), Type.Null()]),
  access: Access,
  static_token: Type.Boolean(),
  resources: Resources,
  ready: Readiness,
  grace_seconds: Type.Integer(),
  max_idle_seconds: Type.Union([Type.Integer(), Type.Null()]),
  expires_at: Type.Union([EpochMs, Type.Null()]),
  last_active_at: EpochMs,
  open_connections: Type.Integer(),
  lease: Type.Union([Lease, Type.Null()], { description: "Null once it has ended." }),
  refusals: Type.Array(Type.Object({ drone: Type.String(), because: Type.String() }), {
    description: "The drones that were asked before, and why they have not begun it.",
  }),
  timeline: Type.Array(TimelineEntry),
  termination: Type.Union([Termination, Type.Null()]),
});
export type Backend = Static<typeof Backend>;

export const BackendList = Type.Object({
  backends: Type.Array(BackendSummary),
  next_cursor: NextCursor,
});
export type BackendList = Static<typeof BackendList>;

/** How far the pull is, while `loading`. */
export const PullProgress = Type.Object({
  percent: Type.Number({ minimum: 0, maximum: 100 }),
  text: Type.String({ maxLength: 200 }),
});
export type PullProgress = Static<typeof PullProgress>;

/** What anybody may know of a backend: never an address, an exit code or what the app printed. */
export const PublicStatus = Type.Object({
  status: Status,
  time: EpochMs,
  termination_reason: Type.Optional(TerminationReason),
  termination_kind: Type.Optional(TerminationKind),
  exit_error: Type.Optional(
    Type.Boolean({
      description: "Only when terminated: whether it exited with another code than 0.",
    }),
  ),
  progress: Type.Optional(PullProgress),
});
export type PublicStatus = Static<typeof PublicStatus>;

export const TerminateRequest = Type.Object(
  {
    hard: Type.Optional(Type.Boolean({ description: "Kill at once. Default: false." })),
    grace_seconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 86_400,
        description: "Between the stop signal and the kill. Default: the backend's own.",
      }),
    ),
  },
  { additionalProperties: false },
);
export type TerminateRequest = Static<typeof TerminateRequest>;

export const PreventRenewResponse = Type.Object({
  backend_id: BackendId,
  status: Status,
  lease: Type.Union([Lease, Type.Null()], { description: "Null once it has ended." }),
});
export type PreventRenewResponse = Static<typeof PreventRenewResponse>;

export const TerminateResponse = Type.Object({ backend_id: BackendId, status: Status });
export type TerminateResponse = Static<typeof TerminateResponse>;
