import { type Static, Type } from "typebox";
import { Status } from "./backend-state.ts";
import { NodeName } from "./ids.ts";
import { literals } from "./literals.ts";
import { NextCursor } from "./next-cursor.ts";

export const RuntimeName = literals(["docker", "process"]);
export type RuntimeName = Static<typeof RuntimeName>;

const Bytes = Type.Integer({ minimum: 0 });

/** The truth about a drone's machine, told with each heartbeat. */
export const DroneHealth = Type.Object({
  runtime: Type.Object({
    name: RuntimeName,
    ok: Type.Boolean(),
    version: Type.Optional(Type.String()),
    error: Type.Optional(Type.String({ description: "Why the runtime cannot start backends." })),
  }),
  backends: Type.Unsafe<Partial<Record<Status, number>>>(
    Type.Partial(Type.Record(Status, Type.Integer({ minimum: 0 })), {
      description: "How many backends are in each state.",
    }),
  ),
  cpus: Type.Number({ minimum: 0 }),
  load_average: Type.Number({ minimum: 0, description: "Over the last minute." }),
  memory_total_bytes: Bytes,
  memory_available_bytes: Bytes,
  disk_total_bytes: Bytes,
  disk_available_bytes: Bytes,
  images: Type.Array(Type.String(), { description: "References that need no pull." }),
});
export type DroneHealth = Static<typeof DroneHealth>;

export const Drone = Type.Object({
  name: NodeName,
  cluster: Type.String(),
  pool: Type.String(),
  version: Type.String(),
  connected: Type.Boolean(),
  healthy: Type.Boolean({ description: "Whether it may be given new backends, draining aside." }),
  unhealthy_because: Type.Optional(Type.String()),
  draining: Type.Boolean(),
  drain_ends_in_ms: Type.Union([Type.Integer(), Type.Null()], {
    description: "When its backends are asked to end. Null: they are not.",
  }),
  lease_expires_in_ms: Type.Union([Type.Integer(), Type.Null()], {
    description: "When its keys may be given away, unless it renews. Null: it holds none.",
  }),
  max_backends: Type.Union([Type.Integer(), Type.Null()]),
  live_backends: Type.Integer({ description: "By the controller's own count." }),
  last_heartbeat_age_ms: Type.Union([Type.Integer(), Type.Null()]),
  health: Type.Union([DroneHealth, Type.Null()]),
});
export type Drone = Static<typeof Drone>;

export const DroneList = Type.Object({
  drones: Type.Array(Drone),
  next_cursor: NextCursor,
});
export type DroneList = Static<typeof DroneList>;

export const DrainRequest = Type.Object(
  {
    terminate_after_seconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 31_536_000,
        description: "Then ask its backends to end. Default: they run on.",
      }),
    ),
  },
  { additionalProperties: false },
);
export type DrainRequest = Static<typeof DrainRequest>;
