import type { Status } from "../../src/protocol/backend-state.ts";
import type { ActionId, BackendId } from "../../src/protocol/ids.ts";
import { rank } from "../../src/protocol/statuses.ts";
import { Backoff } from "../../src/shared/backoff.ts";
import type { Journal } from "../journal/journal.ts";
import type { HeldLease } from "../lease/held-lease.ts";
import { obeyLease, pin, unpin } from "../lease/obey-lease.ts";
import { RuntimeError, RuntimeUnavailable } from "../runtime/runtime.ts";
import { untilAborted } from "../until-aborted.ts";
import {
  type BackendRecord,
  confirmed,
  type EndRequest,
  type Unconfirmed,
  withState,
} from "./backend-record.ts";
import { failed, requestEnd } from "./ending.ts";
import { EXECUTORS } from "./executors.ts";
import { KeptRecord, type KeptRecordDeps } from "./kept-record.ts";
import { nextStep, type Step } from "./next-step.ts";
import type { Made, Outcome, StepDeps } from "./outcome.ts";
import { relocate } from "./relocate.ts";
import type { Sighting } from "./sighting.ts";
import { stopwatch } from "./stopwatch.ts";

export interface RunnerDeps extends StepDeps, KeptRecordDeps {
  journal: Pick<Journal, "save" | "forget" | "giveUp">;
  held: Pick<HeldLease, "current" | "now">;
}

const RETRY_BACKOFF = { firstMs: 100, factor: 1.7, capMs: 5_000 } as const;

/** Cut off in the middle, these would leave an instance that the next step does not see. */
const FINISHED_ONCE_BEGUN: readonly Step[] = ["create", "start", "remove"];
/** They touch no instance, so one that fails leaves it as it was. */
const BEFORE_CREATE: readonly Step[] = ["pull", "await-confirmation", "begin"];
/** "none" is the pause before a step is tried again. */
const WAITS: readonly Step[] = ["await-confirmation", "probe", "watch", "none"];

/** What these take says nothing: they wait for the world to change. */
const UNTIMED: readonly Step[] = ["await-confirmation", "watch"];

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
  readonly #kept: KeptRecord;
  #seen: Sighting;
  #made: Made = {};
  #current: { step: Step; abort: AbortController } | undefined;
  #inDoubt = false;
  #waiting = false;

  constructor(deps: RunnerDeps, record: BackendRecord, seen: Sighting) {
    this.#deps = deps;
    this.#kept = new KeptRecord(deps, record);
    this.#seen = seen;
    this.done = this.#run();
  }

  get id(): BackendId {
    return this.#record.spec.backend_id;
  }

  get status(): Status {
    return this.#record.state.status;
  }

  /** Set as long as the backend is to run, and another drone may be asked for it. */
  get unconfirmed(): Unconfirmed | undefined {
    return this.#record.end === undefined ? this.#record.unconfirmed : undefined;
  }

  get isProvisional(): boolean {
    return this.#record.deadlines?.provisional === true;
  }

  /** Recorded when it returns. Changes nothing if the backend is ending in this way already. */
  end(request: EndRequest): void {
    const next = requestEnd(this.#record, request, this.#deps.now());
    if (next === undefined) return;
    this.#kept.report(next);
    this.#cutOff();
  }

  /** Waits for another confirmation from now on; what is confirmed waits for none. */
  await(unconfirmed: Unconfirmed): void {
    if (this.unconfirmed !== undefined) this.#kept.keep({ ...this.#record, unconfirmed });
  }

  /** The backend is this drone's, and may begin unless its lease has lapsed meanwhile. */
  confirm(): void {
    this.#kept.keep(confirmed(this.#record));
    if (this.#current?.step === "await-confirmation") this.#cutOff();
  }

  /** Lets go of a spawn that is not confirmed, and tells its action; undefined if it is past that. */
  giveUp(because: string): ActionId | undefined {
    const actionId = this.unconfirmed?.actionId;
    if (actionId === undefined) return undefined;
    this.#deps.journal.giveUp(this.id, actionId, because, this.#deps.now());
    void this.close();
    return actionId;
  }

  /** Does what its deadlines demand, if that is not done yet. */
  obeyLease(): void {
    const { held, now } = this.#deps;
    const next = obeyLease(this.#record, held.current, held.now, now());
    if (next === undefined) return;
    const ends = next.state !== this.#record.state;
    this.#kept.enforce(next);
    if (ends) this.#cutOff();
  }

  /** Its deadlines stay as they are, whatever lease the drone gets. */
  pin(): void {
    this.#kept.keep(pin(this.#record, this.#deps.held.current));
  }

  /** The controller knows it: provisional deadlines give way to the drone's lease. */
  unpin(): void {
    this.#kept.keep(unpin(this.#record));
  }

  /** Nobody owns the backend: whatever is left of it goes, and nothing is reported. */
  disown(): void {
    this.#kept.disown();
    this.#inDoubt = true;
    this.#cutOff();
  }

  /** What was seen of the instance may no longer be so. */
  lookAgain(): void {
    this.#inDoubt = true;
    if (this.#current !== undefined && WAITS.includes(this.#current.step)) this.#cutOff();
  }

  /** Lets go of the backend, which goes on as it is. */
  async close(): Promise<void> {
    this.#closed.abort();
    this.#cutOff();
    await this.done;
  }

  get #record(): BackendRecord {
    return this.#kept.current;
  }

  #cutOff(): void {
    this.#current?.abort.abort();
  }

  async #run(): Promise<void> {
    while (!this.#closed.signal.aborted) {
      // However long this process was held up, nothing is begun that must not be any more.
      this.obeyLease();
      if (this.#inDoubt) this.#seen = { state: "unknown" };
      this.#inDoubt = false;
      const step = nextStep({
        status: this.status,
        wanted: this.#record.end?.kind ?? "run",
        seen: this.#seen.state,
        pulled: this.#made.pull !== undefined,
        confirmed: this.#record.unconfirmed === undefined,
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
      if (unclear && !BEFORE_CREATE.includes(step)) this.#seen = { state: "unknown" };
      if (!signal.aborted) await this.#recover(step, error);
    }
  }

  #begin(step: Step): AbortSignal {
    const abort = new AbortController();
    this.#current = { step, abort };
    return abort.signal;
  }

  #perform(step: Exclude<Step, "none">, signal: AbortSignal): Promise<Outcome> {
    const input = { record: this.#record, seen: this.#seen, made: this.#made };
    const tookMs = stopwatch(this.#deps.clock);
    const outcome = EXECUTORS[step](this.#deps, input, signal).finally(() => {
      if (!UNTIMED.includes(step)) this.#deps.figures.step(step, tookMs());
    });
    const letGoOn = FINISHED_ONCE_BEGUN.includes(step) ? this.#closed.signal : signal;
    return untilAborted(outcome, letGoOn);
  }

  #apply({ seen, state, end, made }: Outcome): void {
    if (seen !== undefined) this.#seen = seen;
    this.#made = { ...this.#made, ...made };
    if (state !== undefined && rank(state.status) > rank(this.status)) {
      this.#kept.report(withState(this.#record, state, this.#deps.now()));
    }
    if (end !== undefined) this.end(end);
    if (this.#seen.state !== "running") return;
    const { handle } = this.#seen.location;
    if (handle !== undefined && handle !== this.#record.handle) {
      this.#kept.keep({ ...this.#record, handle });
    }
    const moved = relocate(this.#record.state, this.#seen.location);
    if (moved !== undefined) this.#kept.report({ ...this.#record, state: moved });
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
    const { log } = this.#deps;
    const facts = { backendId: this.id, step, err: error };
    const isToRun = this.status !== "terminated" && this.#record.end === undefined;
    if (error instanceof RuntimeUnavailable) {
      if (!this.#waiting) log.warn(facts, "runtime is away; waiting for it");
      this.#waiting = true;
      return false;
    }
    if (error instanceof RuntimeError && isToRun) {
      log.warn(facts, "step failed for good");
      this.#kept.keep(failed(this.#record, { reason: error.reason, message: error.message }));
      return true;
    }
    log.error(facts, "step failed unexpectedly");
    if (!isToRun) return false;
    this.end({ kind: "hard", reason: "internalerror", message: messageOf(error) });
    return true;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
