import type { PullProgress } from "../../src/protocol/backend.ts";
import type { BackendState } from "../../src/protocol/backend-state.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import type { Clock } from "../../src/shared/clock.ts";
import type { Log } from "../../src/shared/log.ts";
import type { Figures } from "../figures/figures.ts";
import type { Runtime, RuntimeError } from "../runtime/runtime.ts";
import type { BackendRecord, EndRequest } from "./backend-record.ts";
import type { Sighting } from "./sighting.ts";

export interface StepDeps {
  runtime: Runtime;
  clock: Clock;
  log: Log;
  /** Epoch ms that does not jump while the drone lives. */
  now(): number;
  figures: Pick<Figures, "probes" | "step">;
  onProgress(id: BackendId, progress: PullProgress): void;
  /** Somebody may still be reading what it leaves behind. */
  beforeRemoval(id: BackendId): Promise<void>;
}

/** What a step works on. */
export interface StepInput {
  readonly record: BackendRecord;
  readonly seen: Sighting;
  readonly made: Made;
}

/** What earlier steps of this life of the drone have made, and how long that took. */
export interface Made {
  /** `failure` is kept until the backend may be spoken of as this drone's. */
  readonly pull?: { readonly ms: number; readonly failure?: RuntimeError };
  readonly createMs?: number;
}

/** What a step has found out or brought about. The runner records it; no step does. */
export interface Outcome {
  seen?: Sighting;
  state?: BackendState;
  end?: EndRequest;
  made?: Made;
}

/** Once the signal aborts, nobody waits for the step's outcome any more than it takes to let go. */
export type Execute = (deps: StepDeps, input: StepInput, signal: AbortSignal) => Promise<Outcome>;
