import { RuntimeError } from "../../runtime/runtime.ts";
import type { Outcome, StepDeps, StepInput } from "../outcome.ts";
import { stopwatch } from "../stopwatch.ts";
import { throttleProgress } from "../throttle-progress.ts";

/** Done before the spawn is confirmed, as it leaves nothing but an image behind. */
export async function pullImage(
  { runtime, clock, onProgress }: StepDeps,
  { record: { spec } }: StepInput,
  signal: AbortSignal,
): Promise<Outcome> {
  const elapsedMs = stopwatch(clock);
  const onThrottled = throttleProgress(clock, (progress) => {
    if (!signal.aborted) onProgress(spec.backend_id, progress);
  });
  try {
    await runtime.pull(spec, onThrottled, signal);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    return { made: { pull: { ms: elapsedMs(), failure: error } } };
  }
  return { made: { pull: { ms: elapsedMs() } } };
}
