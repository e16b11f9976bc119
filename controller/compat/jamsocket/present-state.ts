import type { BackendState as TheirState } from "@jamsocket/types";
import type { V2State } from "jamsocket/lib/api.js";
import type { BackendState, Status } from "../../../src/protocol/backend-state.ts";
import { rank } from "../../../src/protocol/statuses.ts";
import type { TimelineRecord } from "../../store/store.ts";
import { type PlaneReason, planeReason } from "../tell-end.ts";

type Entry = Pick<TimelineRecord, "state" | "at">;

/** For anybody. What is not known is left out: their guards take no null. */
export function presentState({ state, at }: Entry): TheirState {
  const time = new Date(at).toISOString();
  if (state.status !== "terminated") return presentAlive(state, time);
  return {
    status: "terminated",
    time,
    ...reasonAndKind(state),
    exit_error: state.exit_code !== undefined && state.exit_code !== 0,
  };
}

/** For the service's own people: with the exit code, and what it was before its end began. */
export function presentPrivateState({ state, at }: Entry, lastStatus: Status): V2State {
  const time = new Date(at).toISOString();
  if (state.status !== "terminated") return presentAlive(state, time);
  return {
    status: "terminated",
    time,
    ...reasonAndKind(state),
    ...(state.exit_code === undefined ? {} : { exit_code: state.exit_code }),
    last_status: lastStatus,
  };
}

/** The last status before its end began. */
export function lastStatusOf(timeline: readonly TimelineRecord[]): Status {
  const before = timeline.filter(({ status }) => rank(status) < rank("terminating"));
  return before.at(-1)?.status ?? "scheduled";
}

function presentAlive(
  state: Exclude<BackendState, { status: "terminated" }>,
  time: string,
): Exclude<TheirState, { status: "terminated" }> {
  const { status } = state;
  if (status !== "terminating" && status !== "hard-terminating") return { status, time };
  const termination_reason: PlaneReason = planeReason(state.reason) ?? "internalerror";
  return { status, time, termination_reason };
}

function reasonAndKind({ reason, kind }: Extract<BackendState, { status: "terminated" }>) {
  const told = planeReason(reason);
  return {
    ...(told === undefined ? {} : { termination_reason: told }),
    ...(kind === undefined ? {} : { termination_kind: kind }),
  };
}
