import type { BackendId } from "../../src/protocol/ids.ts";
import type { Instance } from "../runtime/runtime.ts";

export interface AdoptionPlan {
  /** Unknown to the journal, which so must have been lost. */
  adopt: Instance[];
  /** Left over from backends that have ended. */
  clearAway: BackendId[];
}

/** What to do with the instances that no runner drives. Those that one does, it inspects itself. */
export function planAdoption(
  instances: readonly Instance[],
  isDriven: (id: BackendId) => boolean,
  hasEnded: (id: BackendId) => boolean,
): AdoptionPlan {
  const undriven = instances.filter(({ id }) => !isDriven(id));
  return {
    adopt: undriven.filter(({ id }) => !hasEnded(id)),
    clearAway: undriven.map(({ id }) => id).filter(hasEnded),
  };
}
