import type { Action } from "../../src/protocol/drone-messages.ts";
import type { Backends } from "../backend/backends.ts";

/** Returns once the action is in the journal, so that it may be acknowledged; throws if it is not. */
export function carryOut(backends: Pick<Backends, "spawn" | "terminate">, action: Action): void {
  switch (action.type) {
    case "spawn":
      backends.spawn(action.spec);
      break;
    case "terminate":
      backends.terminate(action);
      break;
    default:
      action satisfies never;
  }
}
