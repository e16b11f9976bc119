import { count } from "../../src/shared/figures/count.ts";
import { FixedHistogram } from "../../src/shared/figures/fixed-histogram.ts";
import type { Call } from "../../src/shared/timed-calls.ts";
import type { Step } from "../backend/next-step.ts";
import { RuntimeError, RuntimeUnavailable } from "../runtime/runtime.ts";

/** Milliseconds: from a look at a container to a large pull. */
const STEP_BOUNDS_MS = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 300_000];
const JOURNAL_BOUNDS_MS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 50, 250];

/** It says no, it is not there, or it is something else. */
export type RuntimeFailure = "refused" | "away" | "other";

/** All that a drone counts from its start on: numbers, which somebody else reads when asked. */
export class Figures {
  /** Of each step that was carried out, whatever came of it. */
  readonly stepMs = new Map<Step, FixedHistogram>();
  readonly runtimeMs = new Map<string, FixedHistogram>();
  readonly runtimeErrors = new Map<string, Map<RuntimeFailure, number>>();
  readonly journalMs = new FixedHistogram(JOURNAL_BOUNDS_MS);
  journalErrors = 0;
  /** Tries to reach apps that are starting. */
  probes = 0;
  /** Connections to a controller on which it has said welcome. */
  welcomes = 0;
  spawnsRefused = 0;
  /** Guards that were started: one, and one more for each that has ended. */
  guardStarts = 0;
  isGuardUp = false;

  step(step: Step, tookMs: number): void {
    observe(this.stepMs, step, tookMs);
  }

  runtimeCall({ name, tookMs, error }: Call): void {
    observe(this.runtimeMs, name, tookMs);
    if (error === undefined) return;
    const failures = this.runtimeErrors.get(name) ?? new Map<RuntimeFailure, number>();
    this.runtimeErrors.set(name, failures);
    count(failures, failureOf(error));
  }

  journalWrite({ tookMs, error }: Call): void {
    this.journalMs.observe(tookMs);
    if (error !== undefined) this.journalErrors += 1;
  }
}

function failureOf(error: unknown): RuntimeFailure {
  if (error instanceof RuntimeError) return "refused";
  return error instanceof RuntimeUnavailable ? "away" : "other";
}

function observe<Key>(histograms: Map<Key, FixedHistogram>, key: Key, tookMs: number): void {
  const known = histograms.get(key);
  const histogram = known ?? new FixedHistogram(STEP_BOUNDS_MS);
  if (known === undefined) histograms.set(key, histogram);
  histogram.observe(tookMs);
}
