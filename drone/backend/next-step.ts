import type { Status, TerminationKind } from "../../src/protocol/backend-state.ts";
import type { Sighting } from "./sighting.ts";

export type Step =
  | "inspect"
  | "pull"
  | "await-confirmation"
  | "begin"
  | "create"
  | "start"
  | "probe"
  | "watch"
  | "stop"
  | "kill"
  | "collect"
  | "remove"
  | "none";

export interface Situation {
  /** As recorded. */
  status: Status;
  wanted: "run" | TerminationKind;
  seen: Sighting["state"];
  /** The image is known to be here, or not to be had. */
  pulled: boolean;
  /** The controller will not ask another drone. */
  confirmed: boolean;
}

/**
 * What a drone does next for a backend. It knows no history: after a crash the same question, asked
 * with nothing seen yet, goes on with what was half done.
 */
export function nextStep({ status, wanted, seen, pulled, confirmed }: Situation): Step {
  if (status === "terminated") return clearAway(seen);
  if (wanted !== "run") return end(wanted, seen);
  switch (status) {
    case "scheduled":
    case "loading":
      if (!pulled) return "pull";
      return confirmed ? "begin" : "await-confirmation";
    case "starting":
      return bringUp(seen);
    case "waiting":
      return keepUp("probe", seen);
    case "ready":
      return keepUp("watch", seen);
    case "terminating":
      return end("soft", seen);
    case "hard-terminating":
      return end("hard", seen);
    default:
      return status satisfies never;
  }
}

function bringUp(seen: Sighting["state"]): Step {
  switch (seen) {
    case "unknown":
      return "inspect";
    case "absent":
      return "create";
    case "created":
    case "running":
      return "start";
    case "ended":
      return "collect";
    default:
      return seen satisfies never;
  }
}

/** What has run before and does not run now has ended: it is never started a second time. */
function keepUp(step: "probe" | "watch", seen: Sighting["state"]): Step {
  if (seen === "unknown") return "inspect";
  return seen === "running" ? step : "collect";
}

function end(kind: TerminationKind, seen: Sighting["state"]): Step {
  if (seen === "unknown") return "inspect";
  if (seen !== "running") return "collect";
  return kind === "soft" ? "stop" : "kill";
}

function clearAway(seen: Sighting["state"]): Step {
  switch (seen) {
    case "unknown":
      return "inspect";
    case "running":
      return "kill";
    case "created":
    case "ended":
      return "remove";
    case "absent":
      return "none";
    default:
      return seen satisfies never;
  }
}
