import type { V1Status } from "jamsocket/lib/api.js";
import type { BackendState, Status } from "../../../src/protocol/backend-state.ts";

/** One of the statuses of Jamsocket's first API, in which a backend that is ending is still ready. */
export function v1Status(state: BackendState, lastStatus: Status): V1Status {
  switch (state.status) {
    case "scheduled":
    case "loading":
      return "Loading";
    case "starting":
    case "waiting":
      return "Starting";
    case "ready":
    case "terminating":
    case "hard-terminating":
      return "Ready";
    case "terminated":
      return v1End(state, lastStatus);
    default:
      return state satisfies never;
  }
}

function v1End(
  { reason, exit_code }: Extract<BackendState, { status: "terminated" }>,
  lastStatus: Status,
): V1Status {
  switch (reason) {
    case "external":
      return "Terminated";
    case "swept":
    case "keyexpired":
      return "Swept";
    case "lost":
    case "internalerror":
      return "Lost";
    case "startuptimeout":
      return "TimedOutBeforeReady";
    case "pullfailed":
      return "ErrorLoading";
    case "createfailed":
    case "startfailed":
      return "ErrorStarting";
    case "exited":
    case "outofmemory":
      if (lastStatus !== "ready") return "ErrorStarting";
      return exit_code === 0 ? "Exited" : "Failed";
    default:
      return reason satisfies never;
  }
}
