import type { Outcome, StepDeps, StepInput } from "../outcome.ts";

export async function removeInstance(
  { runtime }: StepDeps,
  { record }: StepInput,
): Promise<Outcome> {
  await runtime.remove(record.spec.backend_id);
  return { seen: { state: "absent" } };
}
