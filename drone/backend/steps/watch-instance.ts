import { once } from "node:events";
import type { Outcome, StepDeps, StepInput } from "../outcome.ts";

/** Nothing to do while it runs: an event of the runtime, or a request to end, aborts the step. */
export async function watchInstance(
  _deps: StepDeps,
  _input: StepInput,
  signal: AbortSignal,
): Promise<Outcome> {
  if (!signal.aborted) await once(signal, "abort");
  return {};
}
