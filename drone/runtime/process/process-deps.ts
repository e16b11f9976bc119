import type { Clock } from "../../../src/shared/clock.ts";
import type { Log } from "../../../src/shared/log.ts";
import type { ProcessRuntimeConfig } from "../../config.ts";

export type ProcessRuntimeOptions = ProcessRuntimeConfig & {
  droneName: string;
  /** Holds a folder for each instance until it is removed. */
  stateDir: string;
};

/** What each part of the process runtime may ask for. */
export interface ProcessDeps {
  clock: Clock;
  log: Log;
  options: ProcessRuntimeOptions;
}
