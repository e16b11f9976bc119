import { once } from "node:events";
import type { Outcome, StepDeps, StepInput } from "../outcome.ts";

/** Nothing to do now: an event of the runtime, a confirmation, or a request to end aborts the step. */
export async function wait(
  _deps: StepDeps,
  _input: StepInput,
  signal: AbortSignal,
): Promise<Outcome> {
  if (!signal.aborted) await once(signal, "abort");
  return {};
}
