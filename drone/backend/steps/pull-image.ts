import type { Outcome, StepDeps, StepInput } from "../outcome.ts";
import { stopwatch } from "../stopwatch.ts";
import { throttleProgress } from "../throttle-progress.ts";

export async function pullImage(
  { runtime, clock, onProgress }: StepDeps,
  { record: { spec } }: StepInput,
  signal: AbortSignal,
): Promise<Outcome> {
  const elapsedMs = stopwatch(clock);
  const onThrottled = throttleProgress(clock, (progress) => {
    if (!signal.aborted) onProgress(spec.backend_id, progress);
  });
  await runtime.pull(spec, onThrottled, signal);
  return { state: { status: "starting", pull_ms: elapsedMs() } };
}
