import { statSync } from "node:fs";
import Database, { type Statement } from "better-sqlite3";
import type { BackendId } from "../../src/protocol/ids.ts";
import type { Owner } from "../journal/journal.ts";
import type { Deadlines } from "../lease/lease.ts";

/** Until when a backend may run, and what the machine knows its processes by, if that is known. */
export interface Watched extends Deadlines {
  readonly handle?: string;
}

/** What stands in the journal about deadlines. */
export interface JournalSight {
  /** Absent before a drone has opened the journal for the first time. */
  owner?: Owner;
  /** Of every backend that has begun, and has not ended. */
  deadlines: ReadonlyMap<BackendId, Watched>;
  /** Those asked after that have ended, and must never run again. */
  ended: ReadonlySet<BackendId>;
}

interface LeaseRow {
  clock: string;
  asked_at: number;
  soft_at: number;
  hard_at: number;
}

interface OpenJournal {
  database: Database.Database;
  inode: number;
  owner: Statement<[], Owner>;
  lease: Statement<[], LeaseRow>;
  backends: Statement<[], { id: BackendId; deadlines: string | null; handle: string | null }>;
  ended: Statement<[string], { id: BackendId }>;
}

/** Reads a drone's journal, and writes nothing to it. */
export class JournalReader implements Disposable {
  readonly #path: string;
  #open: OpenJournal | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Throws if there is nothing to read. A journal whose file was deleted is read on while it is open. */
  read(askedAfter: Iterable<BackendId>): JournalSight {
    const journal = this.#journal();
    try {
      return journal.database.transaction(() => sightOf(journal, [...askedAfter]))();
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#open?.database.close();
    this.#open = undefined;
  }

  #journal(): OpenJournal {
    const inode = statSync(this.#path, { throwIfNoEntry: false })?.ino;
    if (this.#open !== undefined && (inode === undefined || inode === this.#open.inode)) {
      return this.#open;
    }
    const opened = open(this.#path, inode ?? 0);
    this[Symbol.dispose]();
    this.#open = opened;
    return opened;
  }
}

function open(path: string, inode: number): OpenJournal {
  const database = new Database(path, { readonly: true, fileMustExist: true });
  try {
    return {
      database,
      inode,
      owner: database.prepare("SELECT drone, cluster FROM owner"),
      lease: database.prepare("SELECT clock, asked_at, soft_at, hard_at FROM lease"),
      backends: database.prepare(
        "SELECT id, deadlines, handle FROM backends WHERE unconfirmed IS NULL",
      ),
      ended: database.prepare("SELECT id FROM ended WHERE id IN (SELECT value FROM json_each(?))"),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

function sightOf(
  { owner, lease, backends, ended }: OpenJournal,
  askedAfter: readonly BackendId[],
): JournalSight {
  const foundOwner = owner.get();
  const row = lease.get();
  const droneLease = row && {
    clock: row.clock,
    askedAt: row.asked_at,
    softAt: row.soft_at,
    hardAt: row.hard_at,
  };
  const deadlines = new Map<BackendId, Watched>();
  for (const { id, deadlines: own, handle } of backends.all()) {
    const its = own === null ? droneLease : (JSON.parse(own) as Deadlines);
    if (its !== undefined) deadlines.set(id, { ...its, ...(handle !== null && { handle }) });
  }
  const over = ended.all(JSON.stringify(askedAfter)).map(({ id }) => id);
  return { ...(foundOwner && { owner: foundOwner }), deadlines, ended: new Set(over) };
}
