import { explainError } from "./explain-error.ts";
import type { Screen } from "./terminal.ts";

/** Says on stderr what happened and what to do next; gives the exit code. */
export function reportError(screen: Screen, error: unknown, debug: boolean): number {
  const { red, dim } = screen.colors;
  const { message, hints, exitCode } = explainError(error);
  screen.line(`${red("✖")} ${message.replaceAll("\n", "\n  ")}`);
  for (const hint of hints) screen.line(`  ${dim(hint)}`);
  if (debug && error instanceof Error) screen.line(`\n${dim(stackOf(error))}`);
  return exitCode;
}

function stackOf(error: Error): string {
  const { stack = String(error), cause } = error;
  return cause instanceof Error ? `${stack}\ncaused by: ${stackOf(cause)}` : stack;
}
