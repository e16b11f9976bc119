import type { Outcome, StepDeps, StepInput } from "../outcome.ts";

export async function removeInstance(
  { runtime, beforeRemoval }: StepDeps,
  { record }: StepInput,
): Promise<Outcome> {
  await beforeRemoval(record.spec.backend_id);
  await runtime.remove(record.spec.backend_id);
  return { seen: { state: "absent" } };
}
