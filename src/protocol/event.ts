import { type Static, Type } from "typebox";
import { Status, TerminationKind, TerminationReason } from "./backend-state.ts";
import { BackendId } from "./ids.ts";
import { Key } from "./key.ts";
import { EpochMs } from "./time.ts";

/** A backend has entered a status. All events have an order, the same for everybody, without gaps that fill later. */
export const BackendEvent = Type.Object({
  cursor: Type.String({ description: "Its place in the order; give it back to go on after it." }),
  type: Type.Literal("backend.status"),
  at: EpochMs,
  backend_id: BackendId,
  key: Key,
  cluster: Type.String(),
  drone: Type.String(),
  image: Type.String(),
  status: Status,
  termination_reason: Type.Optional(TerminationReason),
  termination_kind: Type.Optional(TerminationKind),
  exit_code: Type.Optional(Type.Integer()),
  message: Type.Optional(Type.String()),
});
export type BackendEvent = Static<typeof BackendEvent>;

/** Oldest first. */
export const EventList = Type.Object({
  events: Type.Array(BackendEvent),
  next_cursor: Type.String({ description: "Where to go on, also when there is no more yet." }),
});
export type EventList = Static<typeof EventList>;
