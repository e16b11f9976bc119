export interface CliErrorOptions {
  exitCode: number;
  /** What to do next: one line each. */
  hints?: readonly string[];
  cause?: unknown;
}

/** A failure that a person can act on: what happened, and what to do next. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exitCode: number;
  readonly hints: readonly string[];

  constructor(message: string, options: CliErrorOptions) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.exitCode = options.exitCode;
    this.hints = options.hints ?? [];
  }
}

/** The person stopped the command: nothing to explain. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly exitCode: number;

  constructor(signalNumber: number) {
    super("interrupted");
    this.exitCode = 128 + signalNumber;
  }
}
