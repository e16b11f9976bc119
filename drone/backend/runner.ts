import { rank, type Status } from "../../src/protocol/backend-state.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import { Backoff } from "../../src/shared/backoff.ts";
import type { Journal } from "../journal/journal.ts";
import { RuntimeError, RuntimeUnavailable } from "../runtime/runtime.ts";
import { untilAborted } from "../until-aborted.ts";
import { type BackendRecord, type EndRequest, withState } from "./backend-record.ts";
import { failed, requestEnd } from "./ending.ts";
import { EXECUTORS } from "./executors.ts";
import { nextStep, type Step } from "./next-step.ts";
import type { Outcome, StepDeps } from "./outcome.ts";
import { relocate } from "./relocate.ts";
import type { Sighting } from "./sighting.ts";

export interface RunnerDeps extends StepDeps {
  journal: Pick<Journal, "save" | "forget">;
  /** A report now waits in the journal. */
  onReport(): void;
}

const RETRY_BACKOFF = { firstMs: 100, factor: 1.7, capMs: 5_000 } as const;

/** Cut off in the middle, these would leave an instance that the next step does not see. */
const FINISHED_ONCE_BEGUN: readonly Step[] = ["create", "start", "remove"];
/** "none" is the pause before a step is tried again. */
const WAITS: readonly Step[] = ["probe", "watch", "none"];

/**
 * Drives one backend: asks for the next step, carries it out, records what came of it. It goes on from
 * whatever the journal holds, so recovery after a crash is this same loop.
 */
export class BackendRunner {
  /** Resolves when nothing is left to do, or once it is closed. Never rejects. */
  readonly done: Promise<void>;
  readonly #deps: RunnerDeps;
  readonly #closed = new AbortController();
  readonly #backoff = new Backoff(RETRY_BACKOFF);
  #record: BackendRecord;
  #seen: Sighting;
  #createMs: number | undefined;
  #current: { step: Step; abort: AbortController } | undefined;
  #inDoubt = false;
  #waiting = false;

  constructor(deps: RunnerDeps, record: BackendRecord, seen: Sighting) {
    this.#deps = deps;
    this.#record = record;
    this.#seen = seen;
    this.done = this.#run();
  }

  get id(): BackendId {
    return this.#record.spec.backend_id;
  }

  get status(): Status {
    return this.#record.state.status;
  }

  /** Recorded when it returns. Changes nothing if the backend is ending in this way already. */
  end(request: EndRequest): void {
    const next = requestEnd(this.#record, request, this.#deps.now());
    if (next === undefined) return;
    this.#report(next);
    this.#current?.abort.abort();
  }

  /** Nobody owns the backend: whatever is left of it goes, and nothing is reported. */
  disown(): void {
    const { journal, now } = this.#deps;
    journal.forget(this.id, now());
    this.#record = withState(this.#record, { status: "terminated", reason: "lost" }, now());
    this.#inDoubt = true;
    this.#current?.abort.abort();
  }

  /** What was seen of the instance may no longer be so. */
  lookAgain(): void {
    this.#inDoubt = true;
    if (this.#current !== undefined && WAITS.includes(this.#current.step)) {
      this.#current.abort.abort();
    }
  }

  /** Lets go of the backend, which goes on as it is. */
  async close(): Promise<void> {
    this.#closed.abort();
    this.#current?.abort.abort();
    await this.done;
  }

  async #run(): Promise<void> {
    while (!this.#closed.signal.aborted) {
      if (this.#inDoubt) this.#seen = { state: "unknown" };
      this.#inDoubt = false;
      const step = nextStep({
        status: this.status,
        wanted: this.#record.end?.kind ?? "run",
        seen: this.#seen.state,
      });
      if (step === "none") return;
      await this.#take(step);
    }
  }

  async #take(step: Exclude<Step, "none">): Promise<void> {
    const signal = this.#begin(step);
    try {
      const outcome = await this.#perform(step, signal);
      if (!this.#closed.signal.aborted) this.#apply(outcome);
      this.#backoff.reset();
      this.#waiting = false;
    } catch (error) {
      if (this.#closed.signal.aborted) return;
      // What it was cut off for is recorded already; only of these steps is the effect then unknown.
      const unclear = !signal.aborted || FINISHED_ONCE_BEGUN.includes(step);
      if (unclear && step !== "pull") this.#seen = { state: "unknown" };
      if (!signal.aborted) await this.#recover(step, error);
    }
  }

  #begin(step: Step): AbortSignal {
    const abort = new AbortController();
    this.#current = { step, abort };
    return abort.signal;
  }

  #perform(step: Exclude<Step, "none">, signal: AbortSignal): Promise<Outcome> {
    const input = { record: this.#record, seen: this.#seen, createMs: this.#createMs };
    const outcome = EXECUTORS[step](this.#deps, input, signal);
    const letGoOn = FINISHED_ONCE_BEGUN.includes(step) ? this.#closed.signal : signal;
    return untilAborted(outcome, letGoOn);
  }

  #apply({ seen, state, end, createMs }: Outcome): void {
    if (seen !== undefined) this.#seen = seen;
    if (createMs !== undefined) this.#createMs = createMs;
    if (state !== undefined && rank(state.status) > rank(this.status)) {
      this.#report(withState(this.#record, state, this.#deps.now()));
    }
    if (end !== undefined) this.end(end);
    if (this.#seen.state !== "running") return;
    const moved = relocate(this.#record.state, this.#seen.location);
    if (moved !== undefined) this.#report({ ...this.#record, state: moved });
  }

  async #recover(step: Step, error: unknown): Promise<void> {
    const { log, clock } = this.#deps;
    try {
      if (this.#settle(step, error)) return;
    } catch (journalError) {
      log.error({ backendId: this.id, step, err: journalError }, "journal cannot be written");
    }
    await clock.sleep(this.#backoff.nextMs(), this.#begin("none")).catch(() => undefined);
  }

  /** Whether the error changes what comes next; else the step is only to be tried again later. */
  #settle(step: Step, error: unknown): boolean {
    const { log, journal } = this.#deps;
    const facts = { backendId: this.id, step, err: error };
    const isToRun = this.status !== "terminated" && this.#record.end === undefined;
    if (error instanceof RuntimeUnavailable) {
      if (!this.#waiting) log.warn(facts, "runtime is away; waiting for it");
      this.#waiting = true;
      return false;
    }
    if (error instanceof RuntimeError && isToRun) {
      log.warn(facts, "step failed for good");
      this.#record = failed(this.#record, { reason: error.reason, message: error.message });
      journal.save(this.#record);
      return true;
    }
    log.error(facts, "step failed unexpectedly");
    if (!isToRun) return false;
    this.end({ kind: "hard", reason: "internalerror", message: messageOf(error) });
    return true;
  }

  #report(next: BackendRecord): void {
    const { journal, now, log, onReport } = this.#deps;
    journal.save(next, now());
    this.#record = next;
    log.info({ backendId: this.id, status: this.status }, "backend changed its state");
    onReport();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
