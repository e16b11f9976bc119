import type { Terminal } from "./terminal.ts";

/** What every command is given of the world. */
export interface Context {
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C or SIGTERM, with an Interrupted as its reason. */
  readonly stop: AbortSignal;
}
