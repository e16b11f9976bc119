import type { Outcome, StepDeps, StepInput } from "../outcome.ts";

/** The image is there and the spawn confirmed: from here on something comes into being. */
export async function beginBackend(
  _deps: StepDeps,
  { made: { pull } }: StepInput,
): Promise<Outcome> {
  if (pull?.failure !== undefined) throw pull.failure;
  return { state: { status: "starting", ...(pull !== undefined && { pull_ms: pull.ms }) } };
}
