import type { Database, Statement } from "better-sqlite3";

interface BackendRow {
  id: string;
  spec: string;
  state: string;
  since: number;
  ending: string | null;
}

interface ReportRow {
  id: number;
  backend_id: string;
  state: string;
  occurred_at: number;
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
  inventory: Statement<[], { id: string }>;
}

export function prepareStatements(database: Database): Statements {
  return {
    insertBackend: database.prepare(
      `INSERT INTO backends (id, spec, state, since, ending)
       VALUES (@id, @spec, @state, @since, @ending) ON CONFLICT DO NOTHING`,
    ),
    updateBackend: database.prepare(
      `UPDATE backends SET spec = @spec, state = @state, since = @since, ending = @ending
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

    inventory: database.prepare("SELECT id FROM backends UNION SELECT backend_id FROM reports"),
  };
}
