#!/usr/bin/env node
import { endOnCrash } from "../shared/end-on-crash.ts";
import { CliError, Interrupted } from "./cli-error.ts";
import { EXIT } from "./exit-codes.ts";
import { reportError } from "./report-error.ts";
import { runCli } from "./run-cli.ts";
import { openTerminal } from "./terminal.ts";

const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;

/** The first signal asks the command to end in order; the second one does not wait for it. */
function stopOnSignals(): AbortSignal {
  const stop = new AbortController();
  for (const [name, number] of Object.entries(SIGNALS)) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(128 + number);
      stop.abort(new Interrupted(number));
    });
  }
  return stop.signal;
}

/** `HANGAR_PORT=` in a compose file means that nothing was said. */
function dropEmptyVariables(): void {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith("HANGAR_") && process.env[name] === "") delete process.env[name];
  }
}

const terminal = openTerminal(process.stdout, process.stderr, process.env);

// `hangar ls | head -1` closes the pipe early; that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.ok);
  process.exit(reportError(terminal.err, cannotWrite(error), false));
});
// Nobody is left to be told of it; the exit code says how it went.
process.stderr.on("error", () => undefined);

function cannotWrite(cause: Error): CliError {
  const message = `The answer cannot be written to stdout: ${cause.message}`;
  return new CliError(message, { exitCode: EXIT.failure, cause });
}

endOnCrash();
dropEmptyVariables();
process.exitCode = await runCli(process.argv.slice(2), { terminal, stop: stopOnSignals() });
