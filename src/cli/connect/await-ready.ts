import type { HangarClient } from "../../client/client.ts";
import type { PublicStatus } from "../../protocol/backend.ts";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import type { Progress } from "../render/open-progress.ts";
import { currentStep, finishedStep } from "./spawn-steps.ts";

export interface AwaitReadyDeps {
  client: HangarClient;
  progress: Progress;
  stop: AbortSignal;
}

const DEFAULT_WAIT_SECONDS = 300;

/** Follows a backend until it is ready, or on its way to its end: gives that last status. */
export async function awaitReady(
  { client, progress, stop }: AwaitReadyDeps,
  id: string,
  waitSeconds = DEFAULT_WAIT_SECONDS,
): Promise<PublicStatus> {
  const deadline = AbortSignal.timeout(waitSeconds * 1_000);
  const signal = AbortSignal.any([stop, deadline]);
  let before: PublicStatus | undefined;
  try {
    for await (const now of client.statusStream(id, { signal })) {
      const step = before && finishedStep(before, now);
      if (step !== undefined) progress.done(step.text, step.ms);
      if (now.status === "ready" || now.status === "terminated") return now;
      progress.doing(currentStep(now));
      before = now;
    }
  } catch (error) {
    if (stop.aborted || !deadline.aborted) throw error;
  }
  throw new CliError(`${id} is not ready after ${waitSeconds} s; it is ${before?.status}.`, {
    exitCode: EXIT.failure,
    hints: [
      `It goes on starting: \`hangar status ${id} -f\` follows it.`,
      "--wait-seconds makes this wait longer.",
    ],
  });
}
