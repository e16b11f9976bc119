import { chmodSync, closeSync, openSync } from "node:fs";
import Database from "better-sqlite3";
import { migrate } from "./migrate.ts";

/** Opens the journal's file, or makes it, readable by its owner only: it holds what backends are given. */
export function openDatabase(path: string): Database.Database {
  // SQLite gives its side files the mode of the main file, which so has to be there first.
  closeSync(openSync(path, "a", 0o600));
  chmodSync(path, 0o600);
  const database = new Database(path);
  try {
    database.pragma("journal_mode = WAL");
    // Survives the death of the process. After a power cut the last moments may be missing, and the
    // backends with them; the inventory then tells the controller.
    database.pragma("synchronous = NORMAL");
    database.pragma("secure_delete = ON");
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
