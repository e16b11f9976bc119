import type { BackendState } from "../../src/protocol/backend-state.ts";
import type { BackendEvent } from "../../src/protocol/event.ts";
import { eventCursor } from "../events/event-cursor.ts";
import type { ToldEvent } from "../events/event-feed.ts";

/** For trusted callers: a message may hold what the app printed. */
export function presentEvent({ event, forgotten }: ToldEvent): BackendEvent {
  const { seq, at, id, key, cluster, drone, image, state } = event;
  return {
    cursor: eventCursor(seq, forgotten),
    type: "backend.status",
    at,
    backend_id: id,
    ...{ key, cluster, drone, image },
    status: state.status,
    ...endOf(state),
  };
}

function endOf(state: BackendState): Partial<BackendEvent> {
  if (!("reason" in state)) return {};
  const reason = { termination_reason: state.reason };
  if (state.status === "terminating") return { ...reason, termination_kind: "soft" };
  if (state.status === "hard-terminating") return { ...reason, termination_kind: "hard" };
  const { kind, exit_code, message } = state;
  return {
    ...reason,
    ...(kind === undefined ? {} : { termination_kind: kind }),
    ...(exit_code === undefined ? {} : { exit_code }),
    ...(message === undefined ? {} : { message }),
  };
}
