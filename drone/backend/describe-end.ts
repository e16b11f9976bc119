import type { StateOf, Termination, TerminationReason } from "../../src/protocol/backend-state.ts";
import { inPlainWords, isTooLarge } from "../runtime/too-large.ts";
import type { BackendRecord } from "./backend-record.ts";
import type { Sighting } from "./sighting.ts";

const MAX_TEXT_LENGTH = 2_000;
const ORDERLY: readonly TerminationReason[] = ["swept", "external", "keyexpired"];

/** Whether somebody will want to read what the app printed last. */
export function isFailure({ end }: BackendRecord): boolean {
  return end === undefined || !ORDERLY.includes(end.reason);
}

/** How a backend ended, from what was asked of it and what is left of its instance. */
export function describeEnd(
  record: BackendRecord,
  seen: Sighting,
  logTail: readonly string[],
): StateOf<"terminated"> {
  return {
    status: "terminated",
    ...cause(record, seen, logTail),
    ...traces(seen),
    ...(logTail.length > 0 && { log_tail: logTail.map(shorten) }),
  };
}

function cause(
  { end, state }: BackendRecord,
  seen: Sighting,
  logTail: readonly string[],
): Termination {
  if (end === undefined) return ownAccord(seen, logTail);
  // A step that failed has a reason of its own; a kind belongs to what was terminated.
  const terminating = state.status === "terminating" || state.status === "hard-terminating";
  return {
    reason: end.reason,
    ...(terminating && { kind: end.kind }),
    ...(end.message !== undefined && { message: shorten(end.message) }),
  };
}

function ownAccord(seen: Sighting, logTail: readonly string[]): Termination {
  if (seen.state !== "ended") {
    return { reason: "lost", message: "nothing is left of it: somebody else removed it" };
  }
  if (seen.oomKilled) return { reason: "outofmemory", message: "it ran out of memory" };
  const code = seen.exitCode === undefined ? "an unknown code" : `code ${seen.exitCode}`;
  return { reason: "exited", message: `it exited with ${code}${neverRan(seen, logTail)}` };
}

/** Some runtimes notice only in the started container that the system does not run its program, and print so. */
function neverRan(seen: Sighting, [only = "", ...more]: readonly string[]): string {
  const isOwnLast = seen.state === "ended" && seen.exitCode !== 0 && more.length === 0;
  return isOwnLast && isTooLarge(only) ? `: ${inPlainWords(only)}` : "";
}

function traces(seen: Sighting): Partial<Termination> {
  if (seen.state !== "ended") return {};
  return {
    ...(seen.exitCode !== undefined && { exit_code: seen.exitCode }),
    oom_killed: seen.oomKilled,
  };
}

function shorten(text: string): string {
  return text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text;
}
