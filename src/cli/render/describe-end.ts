import type { Termination, TerminationReason } from "../../protocol/backend-state.ts";

const BECAUSE: Record<TerminationReason, string> = {
  swept: "it was idle for too long, or over age",
  external: "somebody asked for its end, or drained its drone",
  keyexpired: "its lease on the key ran out",
  lost: "its drone was lost",
  startuptimeout: "it did not answer in time after its start",
  internalerror: "Hangar failed on the drone",
  exited: "the app ended by itself",
  pullfailed: "its image could not be pulled",
  createfailed: "it could not be created",
  startfailed: "it could not be started",
  outofmemory: "it used more memory than it may",
};

/** "exited, code 3: the app ended by itself". */
export function describeEnd({
  reason,
  exit_code,
}: Pick<Termination, "reason" | "exit_code">): string {
  const code = tellsMore(reason, exit_code) ? `, code ${exit_code}` : "";
  return `${reason}${code}: ${BECAUSE[reason]}`;
}

/** An app that was asked to end and ended well has nothing to add by its exit code. */
export function tellsMore(reason: TerminationReason, exitCode: number | undefined): boolean {
  return exitCode !== undefined && (exitCode !== 0 || reason === "exited");
}
