import type { BackendId } from "../../../src/protocol/ids.ts";
import { LOG_TAIL_LINES } from "../../../src/protocol/timings.ts";
import { RuntimeUnavailable } from "../../runtime/runtime.ts";
import { describeEnd, isFailure } from "../describe-end.ts";
import type { Outcome, StepDeps, StepInput } from "../outcome.ts";

/** Reads what an ended instance leaves behind. It is removed only once that is in the journal. */
export async function collectInstance(
  deps: StepDeps,
  { record, seen }: StepInput,
): Promise<Outcome> {
  const wantsLog = isFailure(record) && seen.state !== "absent";
  const logTail = wantsLog ? await readLogTail(deps, record.spec.backend_id) : [];
  return { state: describeEnd(record, seen, logTail) };
}

async function readLogTail({ runtime, log }: StepDeps, backendId: BackendId): Promise<string[]> {
  try {
    return await runtime.logTail(backendId, LOG_TAIL_LINES);
  } catch (error) {
    if (error instanceof RuntimeUnavailable) throw error;
    // An end is reported with or without the app's last words.
    log.warn({ err: error, backendId }, "log tail cannot be read");
    return [];
  }
}
