import { CommanderError } from "commander";
import { Interrupted } from "./cli-error.ts";
import type { Context } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { createProgram } from "./program.ts";
import { reportError } from "./report-error.ts";

/** Runs one command line; gives its exit code, having said what went wrong. */
export async function runCli(args: readonly string[], context: Context): Promise<number> {
  const program = createProgram(context);
  if (args.length === 0) {
    program.outputHelp();
    return EXIT.ok;
  }
  try {
    await program.parseAsync(args, { from: "user" });
    return EXIT.ok;
  } catch (error) {
    // Commander has said already what is wrong with the command line, or has shown the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (error instanceof Interrupted) return error.exitCode;
    return reportError(context.terminal.err, error, program.opts().debug === true);
  }
}
