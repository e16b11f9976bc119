import { located } from "../located.ts";
import type { Outcome, StepDeps, StepInput } from "../outcome.ts";
import { stopwatch } from "../stopwatch.ts";

export async function startInstance(
  { runtime, clock }: StepDeps,
  { record: { spec }, seen, made: { createMs } }: StepInput,
): Promise<Outcome> {
  const elapsedMs = stopwatch(clock);
  const location = await runtime.start(spec);
  const startMs = elapsedMs();
  return {
    seen: { state: "running", location },
    state: {
      status: "waiting",
      ...located(location),
      ...(createMs !== undefined && { create_ms: createMs }),
      // What ran already before a crash was not started by this step, which so measured nothing.
      ...(seen.state !== "running" && { start_ms: startMs }),
    },
  };
}
