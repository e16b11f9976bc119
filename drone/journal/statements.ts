import type { Database } from "better-sqlite3";

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

export function prepareStatements(database: Database) {
  return {
    insertBackend: database.prepare<BackendRow>(
      `INSERT INTO backends (id, spec, state, since, ending)
       VALUES (@id, @spec, @state, @since, @ending) ON CONFLICT DO NOTHING`,
    ),
    updateBackend: database.prepare<BackendRow>(
      `UPDATE backends SET spec = @spec, state = @state, since = @since, ending = @ending
       WHERE id = @id`,
    ),
    deleteBackend: database.prepare<[string]>("DELETE FROM backends WHERE id = ?"),
    listBackends: database.prepare<[], BackendRow>("SELECT * FROM backends ORDER BY since, id"),

    insertEnded: database.prepare<[string, number]>(
      "INSERT INTO ended (id, at) VALUES (?, ?) ON CONFLICT DO NOTHING",
    ),
    findEnded: database.prepare<[string], { id: string }>("SELECT id FROM ended WHERE id = ?"),
    pruneEnded: database.prepare<[number]>("DELETE FROM ended WHERE at < ?"),

    insertReport: database.prepare<[string, string, number]>(
      "INSERT INTO reports (backend_id, state, occurred_at) VALUES (?, ?, ?)",
    ),
    deleteReport: database.prepare<[number]>("DELETE FROM reports WHERE id = ?"),
    deleteReports: database.prepare<[string]>("DELETE FROM reports WHERE backend_id = ?"),
    reportsAfter: database.prepare<[number, number], ReportRow>(
      "SELECT * FROM reports WHERE id > ? ORDER BY id LIMIT ?",
    ),

    inventory: database.prepare<[], { id: string }>(
      "SELECT id FROM backends UNION SELECT backend_id FROM reports",
    ),
  };
}
