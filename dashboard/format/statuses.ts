import type { TerminationReason } from "../../src/protocol/backend-state.ts";
import { isStarting, type Status } from "../../src/protocol/statuses.ts";

/** What a status means to whoever watches: each has a colour and a shape of its own. */
export const PHASES = ["starting", "ready", "ending", "ended"] as const;
export type Phase = (typeof PHASES)[number];

export function phaseOf(status: Status): Phase {
  if (status === "terminated") return "ended";
  if (status === "ready") return "ready";
  return isStarting(status) ? "starting" : "ending";
}

/** Ends that nobody asked for, and that somebody may have to look into. */
const FAILURES: ReadonlySet<TerminationReason> = new Set<TerminationReason>([
  "lost",
  "keyexpired",
  "startuptimeout",
  "internalerror",
  "pullfailed",
  "createfailed",
  "startfailed",
  "outofmemory",
]);

export function isFailure(reason: TerminationReason | undefined, exitCode?: number): boolean {
  if (reason === undefined) return false;
  return FAILURES.has(reason) || (reason === "exited" && (exitCode ?? 0) !== 0);
}

const REASON_TEXTS: Record<TerminationReason, string> = {
  swept: "nobody used it",
  external: "asked to end",
  keyexpired: "its lease ran out",
  lost: "its drone was lost",
  startuptimeout: "gave no answer in time",
  internalerror: "an error of Hangar's own",
  exited: "exited by itself",
  pullfailed: "its image could not be pulled",
  createfailed: "its container could not be made",
  startfailed: "its container could not be started",
  outofmemory: "ran out of memory",
};

export function reasonText(reason: TerminationReason): string {
  return REASON_TEXTS[reason];
}
