import type { Backend } from "../../protocol/backend.ts";
import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import { describeEnd } from "../render/describe-end.ts";
import { stripControl } from "../render/strip-control.ts";

/** Why a backend ended before it was ready, with what its app printed last. */
export function endedInstead({ id, termination }: Backend): CliError {
  const { message, log_tail = [] } = termination ?? {};
  const lines = [
    `${id} ended instead of becoming ready: ${termination === null ? "no reason is known" : describeEnd(termination)}.`,
    ...(message === undefined ? [] : [stripControl(message)]),
    ...log_tail.map((line) => `│ ${stripControl(line)}`),
  ];
  return new CliError(lines.join("\n"), {
    exitCode: EXIT.backendEnded,
    hints: [`\`hangar inspect ${id}\` shows how far it came.`],
  });
}
