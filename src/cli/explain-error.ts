import { HangarError } from "../client/hangar-error.ts";
import { CliError } from "./cli-error.ts";
import { EXIT } from "./exit-codes.ts";
import { troubleshooting } from "./troubleshooting.ts";

export interface Explanation {
  message: string;
  hints: readonly string[];
  exitCode: number;
}

/** What happened, what to do next, and the exit code, for whatever was thrown. */
export function explainError(error: unknown): Explanation {
  if (error instanceof CliError) return error;
  if (error instanceof HangarError) {
    const { message, hints, exitCode } = explainRefusal(error);
    const page = troubleshooting(error.code);
    const more = page === undefined ? [] : [`More: ${page}`];
    return { message: capitalised(message), hints: [...hints, ...more], exitCode };
  }
  const message = capitalised(error instanceof Error ? error.message : String(error));
  return { message, hints: hintsFor(systemCode(error)), exitCode: EXIT.failure };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const NOBODY_THERE = [
  "Start one with `hangar up`, or say where it is with --url, HANGAR_URL or --context.",
  "`hangar context show` tells which one was asked, and why.",
];
const NO_SUCH_KEY = [
  "Give one with --api-key or HANGAR_API_KEY, or let --data-dir name the controller's folder: its keys/admin.key is read.",
  "`hangar context show` tells which one was sent, and why.",
];

function explainRefusal(error: HangarError): Explanation {
  const { code, message, id } = error;
  switch (code) {
    case "unreachable":
      return {
        message: `The controller does not answer: ${message}.`,
        hints: NOBODY_THERE,
        exitCode: EXIT.unreachable,
      };
    case "unsendable":
      return {
        message: `${message}.`,
        hints: ["`hangar context show` tells where the URL and the key come from."],
        exitCode: EXIT.usage,
      };
    case "unexpected-answer":
      return {
        message: `${message}.`,
        hints: ["Is --url (or HANGAR_URL) the address of a Hangar controller?"],
        exitCode: EXIT.failure,
      };
    case "unauthorized":
      return {
        message: `The controller does not accept the API key: ${message}`,
        hints: NO_SUCH_KEY,
        exitCode: EXIT.notAuthorised,
      };
    case "forbidden":
      return {
        message: `The API key may not do this: ${message}`,
        // The controller has named the scope that is missing.
        hints: [
          "`hangar keys create` makes one with that scope, asked with a key of scope admin; the first one is keys/admin.key in the data dir.",
        ],
        exitCode: EXIT.notAuthorised,
      };
    case "invalid-request":
      // As it is: the name of a field begins it.
      return {
        message: `The controller does not take this: ${message}`,
        hints: ["--help shows what each option takes."],
        exitCode: EXIT.usage,
      };
    case "key-not-held":
      return {
        message,
        hints: ["Give --image to spawn a backend for it."],
        exitCode: EXIT.notFound,
      };
    case "not-found":
      return { message, hints: [whereToLook(message)], exitCode: EXIT.notFound };
    case "no-drone-available":
      return {
        message,
        hints: ["`hangar drones` shows every drone and what it lacks.", ...retryHint(error)],
        exitCode: EXIT.failure,
      };
    case "unavailable":
      return {
        message: `The controller answers, but cannot serve this now: ${message}.`,
        hints: ["`hangar doctor` looks for what is wrong.", ...retryHint(error)],
        exitCode: EXIT.failure,
      };
    case "internal-error":
      return {
        message,
        hints: [`The controller's log has more under the id ${id}.`],
        exitCode: EXIT.failure,
      };
    default:
      return { message, hints: retryHint(error), exitCode: EXIT.failure };
  }
}

const BACKENDS_AND_DRONES =
  "`hangar ls --all` shows every backend there is, `hangar drones` every drone.";

/** By what the controller says is not there. */
const PLACES: readonly (readonly [RegExp, string])[] = [
  [/^there is no API key /i, "`hangar keys ls` shows every API key there is."],
  [/^\S+ has no service /i, "`hangar services ls` shows every service there is."],
  [/^backend \S+ has no token /i, "`hangar tokens ls` shows every token that a backend has."],
];

function whereToLook(message: string): string {
  return PLACES.find(([said]) => said.test(message))?.[1] ?? BACKENDS_AND_DRONES;
}

function retryHint({ retryAfterSeconds }: HangarError): string[] {
  return retryAfterSeconds === undefined ? [] : [`Try again in ${retryAfterSeconds} s.`];
}

function hintsFor(code: string | undefined): string[] {
  switch (code) {
    case "EADDRINUSE":
      return ["Another program listens there: stop it, or choose another port."];
    case "EACCES":
    case "EPERM":
      return ["This user may not do that here."];
    default:
      return ["--debug shows where this comes from."];
  }
}

/** The errno of the innermost cause that has one. */
function systemCode(error: unknown): string | undefined {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  return systemCodeOfCause(cause) ?? (typeof code === "string" ? code : undefined);
}

function systemCodeOfCause(cause: unknown): string | undefined {
  return cause === undefined ? undefined : systemCode(cause);
}
