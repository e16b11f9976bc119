import type { Database } from "better-sqlite3";
import type { BackendState } from "../../src/protocol/backend-state.ts";
import type { ActionId, BackendId } from "../../src/protocol/ids.ts";
import type { BackendRecord } from "../backend/backend-record.ts";
import type { Lease } from "../lease/lease.ts";
import { openDatabase } from "./open-database.ts";
import { columnsOf, recordOf } from "./record-columns.ts";
import { prepareStatements, type Statements } from "./statements.ts";

/** Whose instances the backends' are. */
export interface Owner {
  drone: string;
  cluster: string;
}

/** A state that the controller has not acknowledged yet. */
export interface Report {
  id: number;
  backendId: BackendId;
  state: BackendState;
  /** Epoch ms of the drone's steady time. */
  occurredAt: number;
}

/**
 * What a drone must not forget: its backends, what is wanted of them, its lease, what it has refused,
 * and the reports that are still to be acknowledged. Each method is one transaction, done when it
 * returns.
 */
export class Journal implements Disposable {
  readonly #database: Database;
  readonly #statements: Statements;

  constructor(path: string) {
    this.#database = openDatabase(path);
    this.#statements = prepareStatements(this.#database);
  }

  /** Adds a backend, with a report of its state. False if it is here already, or has been. */
  insert(record: BackendRecord): boolean {
    const id = record.spec.backend_id;
    return this.#atomically(() => {
      if (this.hasEnded(id)) return false;
      if (this.#statements.insertBackend.run(columnsOf(record)).changes === 0) return false;
      this.#addReport(id, record.state, record.since);
      return true;
    });
  }

  /** Keeps a backend's new record, with a report of its state if told when that came about. */
  save(record: BackendRecord, reportedAt?: number): void {
    const id = record.spec.backend_id;
    this.#atomically(() => {
      if (reportedAt !== undefined) this.#addReport(id, record.state, reportedAt);
      if (record.state.status === "terminated") this.#end(id, record.since);
      else this.#statements.updateBackend.run(columnsOf(record));
    });
  }

  /** Nobody wants to hear of this backend any more, and it must never run again. */
  forget(id: BackendId, at: number): void {
    this.#atomically(() => {
      this.#statements.deleteReports.run(id);
      this.#end(id, at);
    });
  }

  /** A spawn that has not begun, and does not under this action. Under another one it may. */
  giveUp(id: BackendId, actionId: ActionId, because: string, at: number): void {
    this.#atomically(() => {
      this.#statements.deleteReports.run(id);
      this.#statements.deleteBackend.run(id);
      this.#addRefused(actionId, because, at, true);
    });
  }

  backends(): BackendRecord[] {
    return this.#statements.listBackends.all().map(recordOf);
  }

  hasEnded(id: BackendId): boolean {
    return this.#statements.findEnded.get(id) !== undefined;
  }

  refuse(actionId: ActionId, because: string, at: number): void {
    this.#addRefused(actionId, because, at, false);
  }

  /** Why this action was refused or given up; undefined if it was not. */
  refusalOf(actionId: ActionId): string | undefined {
    return this.#statements.findRefused.get(actionId)?.because;
  }

  /** What was acknowledged first, and not begun after all. */
  giveUps(): { actionId: ActionId; because: string }[] {
    return this.#statements.listGivenUp
      .all()
      .map(({ action_id, because }) => ({ actionId: action_id as ActionId, because }));
  }

  lease(): Lease | undefined {
    const row = this.#statements.findLease.get();
    if (row === undefined) return undefined;
    const { clock, asked_at, renew_at, soft_at, hard_at } = row;
    return { clock, askedAt: asked_at, renewAt: renew_at, softAt: soft_at, hardAt: hard_at };
  }

  saveLease({ clock, askedAt, renewAt, softAt, hardAt }: Lease): void {
    this.#statements.saveLease.run({
      clock,
      asked_at: askedAt,
      renew_at: renewAt,
      soft_at: softAt,
      hard_at: hardAt,
    });
  }

  /** Undefined in a new journal, and in one of an earlier version. */
  owner(): Owner | undefined {
    return this.#statements.findOwner.get();
  }

  saveOwner(owner: Owner): void {
    this.#statements.saveOwner.run(owner);
  }

  /**
   * Forgets what ended, and what was refused, before then, and takes out of the files what is not in
   * the journal any more.
   */
  tidy(endedBefore: number, refusedBefore: number): void {
    this.#statements.pruneEnded.run(endedBefore);
    this.#statements.pruneRefused.run(refusedBefore);
    this.#database.pragma("wal_checkpoint(TRUNCATE)");
  }

  /** Those that have not ended, and those of which there is still something to report. */
  inventory(): BackendId[] {
    return this.#statements.inventory.all().map(({ id }) => id as BackendId);
  }

  /** In the order in which they came about. */
  reportsAfter(reportId: number, limit: number): Report[] {
    return this.#statements.reportsAfter.all(reportId, limit).map((row) => ({
      id: row.id,
      backendId: row.backend_id as BackendId,
      state: JSON.parse(row.state) as BackendState,
      occurredAt: row.occurred_at,
    }));
  }

  /** How many are still to be acknowledged. */
  pendingReports(): number {
    return this.#statements.countReports.get()?.count ?? 0;
  }

  acknowledge(reportId: number): void {
    this.#statements.deleteReport.run(reportId);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #atomically<T>(work: () => T): T {
    return this.#database.transaction(work).immediate();
  }

  #addReport(id: BackendId, state: BackendState, at: number): void {
    this.#statements.insertReport.run(id, JSON.stringify(state), at);
  }

  #addRefused(action_id: ActionId, because: string, at: number, givenUp: boolean): void {
    this.#statements.insertRefused.run({ action_id, because, given_up: givenUp ? 1 : 0, at });
  }

  #end(id: BackendId, at: number): void {
    this.#statements.deleteBackend.run(id);
    this.#statements.insertEnded.run(id, at);
  }
}
