import { join } from "node:path";
import { createLog } from "../src/shared/log.ts";
import type { PostgresFacts, SqliteFacts } from "./store/database-facts.ts";
import { examineSqlite } from "./store/examine-sqlite.ts";

export type DatabaseFacts =
  | { kind: "sqlite"; facts: SqliteFacts }
  | { kind: "postgres"; facts: PostgresFacts };

/**
 * For `hangar doctor`, which needs no controller: what one of this machine would find. With a URL,
 * throws if that database cannot be used.
 */
export async function examineDatabase(dataDir: string, url?: string): Promise<DatabaseFacts> {
  if (url === undefined) {
    return { kind: "sqlite", facts: await examineSqlite(join(dataDir, "hangar.db")) };
  }
  const { examinePostgres } = await import("./store/postgres/examine-postgres.ts");
  const log = createLog("silent", { write: () => undefined });
  return { kind: "postgres", facts: await examinePostgres({ log }, url) };
}
