import type { Database } from "better-sqlite3";
import type { BackendState } from "../../src/protocol/backend-state.ts";
import type { BackendSpec } from "../../src/protocol/drone-messages.ts";
import type { BackendId } from "../../src/protocol/ids.ts";
import type { BackendRecord, EndRequest } from "../backend/backend-record.ts";
import { openDatabase } from "./open-database.ts";
import { prepareStatements, type Statements } from "./statements.ts";

/** A state that the controller has not acknowledged yet. */
export interface Report {
  id: number;
  backendId: BackendId;
  state: BackendState;
  /** Epoch ms of the drone's steady time. */
  occurredAt: number;
}

/**
 * What a drone must not forget: its backends, what is wanted of them, and the reports that are still to
 * be acknowledged. Each method is one transaction, done when it returns.
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

  backends(): BackendRecord[] {
    return this.#statements.listBackends.all().map((row) => ({
      spec: JSON.parse(row.spec) as BackendSpec,
      state: JSON.parse(row.state) as BackendState,
      since: row.since,
      ...(row.ending !== null && { end: JSON.parse(row.ending) as EndRequest }),
    }));
  }

  hasEnded(id: BackendId): boolean {
    return this.#statements.findEnded.get(id) !== undefined;
  }

  /** Forgets what ended before then, and takes out of the files what is not in the journal any more. */
  tidy(before: number): void {
    this.#statements.pruneEnded.run(before);
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

  #end(id: BackendId, at: number): void {
    this.#statements.deleteBackend.run(id);
    this.#statements.insertEnded.run(id, at);
  }
}

function columnsOf({ spec, state, since, end }: BackendRecord) {
  return {
    id: spec.backend_id,
    spec: JSON.stringify(spec),
    state: JSON.stringify(state),
    since,
    ending: end === undefined ? null : JSON.stringify(end),
  };
}
