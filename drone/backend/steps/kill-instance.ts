import type { Outcome, StepDeps, StepInput } from "../outcome.ts";
import { sightStopped } from "../sight-stopped.ts";

export async function killInstance({ runtime }: StepDeps, { record }: StepInput): Promise<Outcome> {
  await runtime.kill(record.spec.backend_id);
  return { seen: await sightStopped(runtime, record.spec.backend_id) };
}
