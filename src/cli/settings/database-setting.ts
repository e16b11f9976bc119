import type { Option } from "commander";
import { parseDatabaseUrl } from "./parse-database-url.ts";
import { setting } from "./setting.ts";

/** An option can be read by every user of the machine while the process runs; a variable cannot. */
export function databaseSetting(): Option {
  return setting(
    "--database <url>",
    "PostgreSQL, for several controllers: postgres://user:password@host/name; default: SQLite in the data dir",
  ).argParser(parseDatabaseUrl);
}
