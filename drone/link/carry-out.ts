import type { ControllerToDrone, DroneToController } from "../../src/protocol/drone-messages.ts";
import type { Backends } from "../backend/backends.ts";
import type { BeginGate } from "../begin/begin-gate.ts";

export interface CarryOutDeps {
  backends: Pick<Backends, "terminate">;
  gate: Pick<BeginGate, "consider">;
}

/**
 * The answer to an action, once that is in the journal; throws if it is not. Undefined for a spawn
 * that is answered later.
 */
export function carryOut(
  { backends, gate }: CarryOutDeps,
  { action_id, action }: Extract<ControllerToDrone, { type: "action" }>,
): DroneToController | undefined {
  switch (action.type) {
    case "spawn":
      return gate.consider(action_id, action);
    case "terminate":
      backends.terminate(action);
      return { type: "action-ack", action_id };
    default:
      return action satisfies never;
  }
}
