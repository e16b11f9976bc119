import type { PublicStatus } from "../../protocol/backend.ts";
import type { Status } from "../../protocol/backend-state.ts";

/** What happens while a backend is in a status, and what has happened once it has left it. */
const WORDS: Partial<Record<Status, { doing: string; done: string }>> = {
  scheduled: { doing: "waiting for the drone", done: "scheduled" },
  loading: { doing: "pulling the image", done: "image present" },
  starting: { doing: "starting", done: "started" },
  waiting: { doing: "waiting for its first answer", done: "answered" },
};

/** A step that is over. */
export interface DoneStep {
  text: string;
  ms: number;
}

/** "pulling the image 42% (3 of 7 layers)". */
export function currentStep({ status, progress }: PublicStatus): string {
  const doing = WORDS[status]?.doing ?? status;
  if (progress === undefined) return doing;
  return `${doing} ${Math.round(progress.percent)}% ${progress.text}`.trimEnd();
}

/** What the step from one state to the next finished; undefined for mere progress. */
export function finishedStep(before: PublicStatus, now: PublicStatus): DoneStep | undefined {
  const done = WORDS[before.status]?.done;
  if (done === undefined || before.status === now.status || now.status === "terminated") {
    return undefined;
  }
  return { text: done, ms: now.time - before.time };
}
