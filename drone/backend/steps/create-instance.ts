import type { Outcome, StepDeps, StepInput } from "../outcome.ts";
import { stopwatch } from "../stopwatch.ts";

export async function createInstance(
  { runtime, clock }: StepDeps,
  { record }: StepInput,
): Promise<Outcome> {
  const elapsedMs = stopwatch(clock);
  await runtime.create(record.spec);
  return { seen: { state: "created" }, made: { createMs: elapsedMs() } };
}
