import type { Log } from "../../src/shared/log.ts";
import type { Journal } from "../journal/journal.ts";
import { type BackendRecord, withState } from "./backend-record.ts";

export interface KeptRecordDeps {
  journal: Pick<Journal, "save" | "forget">;
  log: Log;
  /** Epoch ms that does not jump while the drone lives. */
  now(): number;
  /** A report now waits in the journal. */
  onReport(): void;
}

/** The record of one backend. What changes is in the journal before anybody sees it. */
export class KeptRecord {
  readonly #deps: KeptRecordDeps;
  #record: BackendRecord;

  constructor(deps: KeptRecordDeps, record: BackendRecord) {
    this.#deps = deps;
    this.#record = record;
  }

  get current(): BackendRecord {
    return this.#record;
  }

  /** Keeps what the controller need not hear of. */
  keep(next: BackendRecord): void {
    if (next === this.#record) return;
    this.#deps.journal.save(next);
    this.#record = next;
  }

  /** Keeps a new state, and reports it. */
  report(next: BackendRecord): void {
    const { journal, now } = this.#deps;
    journal.save(next, now());
    this.#told(next);
  }

  /**
   * As `report`, but even if the journal cannot be written: a deadline that has passed ends a backend
   * all the same, and will be found to have passed again.
   */
  enforce(next: BackendRecord): void {
    const { log } = this.#deps;
    try {
      if (next.state === this.#record.state) this.keep(next);
      else this.report(next);
    } catch (error) {
      log.error({ backendId: next.spec.backend_id, err: error }, "journal cannot be written");
      this.#record = next;
    }
  }

  /** Nobody owns it any more: nothing is reported from now on. */
  disown(): void {
    const { journal, now } = this.#deps;
    journal.forget(this.#record.spec.backend_id, now());
    this.#record = withState(this.#record, { status: "terminated", reason: "lost" }, now());
  }

  #told(next: BackendRecord): void {
    const { log, onReport } = this.#deps;
    this.#record = next;
    const { spec, state } = next;
    log.info({ backendId: spec.backend_id, status: state.status }, "backend changed its state");
    onReport();
  }
}
