import type { Database, Statement } from "better-sqlite3";

export interface BackendRow {
  id: string;
  spec: string;
  state: string;
  since: number;
  ending: string | null;
  unconfirmed: string | null;
  deadlines: string | null;
  handle: string | null;
}

interface ReportRow {
  id: number;
  backend_id: string;
  state: string;
  occurred_at: number;
}

interface LeaseRow {
  clock: string;
  asked_at: number;
  renew_at: number;
  soft_at: number;
  hard_at: number;
}

interface RefusedRow {
  action_id: string;
  because: string;
  given_up: number;
  at: number;
}

export interface Statements {
  insertBackend: Statement<[BackendRow]>;
  updateBackend: Statement<[BackendRow]>;
  deleteBackend: Statement<[string]>;
  listBackends: Statement<[], BackendRow>;
  insertEnded: Statement<[string, number]>;
  findEnded: Statement<[string], { id: string }>;
  pruneEnded: Statement<[number]>;
  insertReport: Statement<[string, string, number]>;
  deleteReport: Statement<[number]>;
  deleteReports: Statement<[string]>;
  reportsAfter: Statement<[number, number], ReportRow>;
  countReports: Statement<[], { count: number }>;
  inventory: Statement<[], { id: string }>;
  findLease: Statement<[], LeaseRow>;
  saveLease: Statement<[LeaseRow]>;
  findOwner: Statement<[], { drone: string; cluster: string }>;
  saveOwner: Statement<[{ drone: string; cluster: string }]>;
  insertRefused: Statement<[RefusedRow]>;
  findRefused: Statement<[string], { because: string }>;
  listGivenUp: Statement<[], { action_id: string; because: string }>;
  pruneRefused: Statement<[number]>;
}

export function prepareStatements(database: Database): Statements {
  return {
    insertBackend: database.prepare(
      `INSERT INTO backends (id, spec, state, since, ending, unconfirmed, deadlines, handle)
       VALUES (@id, @spec, @state, @since, @ending, @unconfirmed, @deadlines, @handle)
       ON CONFLICT DO NOTHING`,
    ),
    updateBackend: database.prepare(
      `UPDATE backends SET spec = @spec, state = @state, since = @since, ending = @ending,
         unconfirmed = @unconfirmed, deadlines = @deadlines, handle = @handle
       WHERE id = @id`,
    ),
    deleteBackend: database.prepare("DELETE FROM backends WHERE id = ?"),
    listBackends: database.prepare("SELECT * FROM backends ORDER BY since, id"),

    insertEnded: database.prepare(
      "INSERT INTO ended (id, at) VALUES (?, ?) ON CONFLICT DO NOTHING",
    ),
    findEnded: database.prepare("SELECT id FROM ended WHERE id = ?"),
    pruneEnded: database.prepare("DELETE FROM ended WHERE at < ?"),

    insertReport: database.prepare(
      "INSERT INTO reports (backend_id, state, occurred_at) VALUES (?, ?, ?)",
    ),
    deleteReport: database.prepare("DELETE FROM reports WHERE id = ?"),
    deleteReports: database.prepare("DELETE FROM reports WHERE backend_id = ?"),
    reportsAfter: database.prepare("SELECT * FROM reports WHERE id > ? ORDER BY id LIMIT ?"),
    countReports: database.prepare("SELECT count(*) AS count FROM reports"),

    inventory: database.prepare("SELECT id FROM backends UNION SELECT backend_id FROM reports"),

    findLease: database.prepare("SELECT * FROM lease"),
    saveLease: database.prepare(
      `INSERT OR REPLACE INTO lease (one, clock, asked_at, renew_at, soft_at, hard_at)
       VALUES (1, @clock, @asked_at, @renew_at, @soft_at, @hard_at)`,
    ),
    findOwner: database.prepare("SELECT drone, cluster FROM owner"),
    saveOwner: database.prepare(
      "INSERT OR REPLACE INTO owner (one, drone, cluster) VALUES (1, @drone, @cluster)",
    ),

    insertRefused: database.prepare(
      `INSERT INTO refused (action_id, because, given_up, at)
       VALUES (@action_id, @because, @given_up, @at) ON CONFLICT DO NOTHING`,
    ),
    findRefused: database.prepare("SELECT because FROM refused WHERE action_id = ?"),
    listGivenUp: database.prepare(
      "SELECT action_id, because FROM refused WHERE given_up = 1 ORDER BY at, action_id",
    ),
    pruneRefused: database.prepare("DELETE FROM refused WHERE at < ?"),
  };
}
