import type { Outcome, StepDeps, StepInput } from "../outcome.ts";
import { sightStopped } from "../sight-stopped.ts";

export async function stopInstance(
  { runtime }: StepDeps,
  { record: { spec, end } }: StepInput,
): Promise<Outcome> {
  await runtime.stop(spec.backend_id, end?.graceSeconds ?? spec.grace_seconds);
  return { seen: await sightStopped(runtime, spec.backend_id) };
}
