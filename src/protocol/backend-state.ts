import { type Static, Type } from "typebox";
import { literals } from "./literals.ts";
import { rank, STATUSES, type Status as StatusName } from "./statuses.ts";

export const Status = literals(STATUSES);
export type Status = StatusName;

const TERMINATION_REASONS = [
  "swept",
  "external",
  "keyexpired",
  "lost",
  "startuptimeout",
  "internalerror",
  "exited",
  "pullfailed",
  "createfailed",
  "startfailed",
  "outofmemory",
] as const;
export type TerminationReason = (typeof TERMINATION_REASONS)[number];
export const TerminationReason = literals(TERMINATION_REASONS);

export const TerminationKind = literals(["soft", "hard"]);
export type TerminationKind = Static<typeof TerminationKind>;

/** Where a proxy dials a backend. */
export const Address = Type.Object({
  host: Type.String({ minLength: 1 }),
  port: Type.Integer({ minimum: 1, maximum: 65_535 }),
});
export type Address = Static<typeof Address>;

/**
 * `address` is for any proxy; `bridge_address`, where there is one, is the faster way for a proxy on
 * the drone's own host.
 */
const Located = { address: Address, bridge_address: Type.Optional(Address) };
const Milliseconds = Type.Number({ minimum: 0 });

/** How a backend ended. `message` and `log_tail` may hold what the app printed: for trusted callers only. */
export const Termination = Type.Object({
  reason: TerminationReason,
  kind: Type.Optional(TerminationKind),
  exit_code: Type.Optional(Type.Integer()),
  oom_killed: Type.Optional(Type.Boolean()),
  message: Type.Optional(Type.String()),
  log_tail: Type.Optional(Type.Array(Type.String(), { description: "The last 20 log lines." })),
});
export type Termination = Static<typeof Termination>;

/** One state of a backend, with the fields that exist only in it and what the step before it took. */
export const BackendState = Type.Union([
  Type.Object({ status: Type.Literal("scheduled") }),
  Type.Object({ status: Type.Literal("loading") }),
  Type.Object({ status: Type.Literal("starting"), pull_ms: Type.Optional(Milliseconds) }),
  Type.Object({
    status: Type.Literal("waiting"),
    ...Located,
    create_ms: Type.Optional(Milliseconds),
    start_ms: Type.Optional(Milliseconds),
  }),
  Type.Object({
    status: Type.Literal("ready"),
    ...Located,
    first_answer_ms: Type.Optional(Milliseconds),
  }),
  Type.Object({ status: Type.Literal("terminating"), reason: TerminationReason }),
  Type.Object({ status: Type.Literal("hard-terminating"), reason: TerminationReason }),
  Type.Object({ status: Type.Literal("terminated"), ...Termination.properties }),
]);
export type BackendState = Static<typeof BackendState>;
export type StateOf<S extends Status> = Extract<BackendState, { status: S }>;

/** A backend never goes back; late and repeated reports are normal, so they are ignored. */
export function advance(current: BackendState, reported: BackendState): BackendState {
  return rank(reported.status) > rank(current.status) ? reported : current;
}
