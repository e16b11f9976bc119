import type { Controller } from "../fault.ts";
import type { Random } from "../random.ts";
import type { Recorder } from "../recorder.ts";
import type { RowWatch } from "../watch/rows.ts";
import type { Api } from "./api.ts";

/** What every client has. */
export interface World {
  api: Api;
  recorder: Recorder;
  rows: RowWatch;
  random: Random;
  controllers: readonly Controller[];
  /** Planted in each spawn, and nowhere to be seen again. */
  planted: { env: string; auth: string; password: string };
}
