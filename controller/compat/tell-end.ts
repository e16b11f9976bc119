import type { TerminationReason } from "../../src/protocol/backend-state.ts";

/** The reasons that Plane's and Jamsocket's clients can read. */
export type PlaneReason =
  | "swept"
  | "external"
  | "keyexpired"
  | "lost"
  | "startuptimeout"
  | "internalerror";

/** Undefined where Plane has no word: a backend that ended or failed by itself, which it tells without a reason. */
export function planeReason(reason: TerminationReason): PlaneReason | undefined {
  switch (reason) {
    case "swept":
    case "external":
    case "keyexpired":
    case "lost":
    case "startuptimeout":
    case "internalerror":
      return reason;
    case "exited":
    case "pullfailed":
    case "createfailed":
    case "startfailed":
    case "outofmemory":
      return undefined;
    default:
      return reason satisfies never;
  }
}
