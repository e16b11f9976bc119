import type { Outcome, StepDeps, StepInput } from "../outcome.ts";
import { sight } from "../sighting.ts";

export async function inspectInstance(
  { runtime }: StepDeps,
  { record }: StepInput,
): Promise<Outcome> {
  return { seen: await sight(runtime, record.spec.backend_id) };
}
