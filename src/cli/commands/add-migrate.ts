import type { Command } from "commander";
import type { Context } from "../context.ts";
import { dataDirSetting } from "../settings/data-dir.ts";
import { databaseSetting } from "../settings/database-setting.ts";
import { examples } from "./examples.ts";
import { jsonOption } from "./json-option.ts";

export interface MigrateOptions {
  database?: string;
  dataDir: string;
  json?: true;
}

export function addMigrate(program: Command, context: Context): void {
  program
    .command("migrate")
    .summary("bring a controller's database up to date")
    .description(
      "Bring a controller's database to what this version works with. Each controller does so when it starts; this does it beforehand, and without one.",
    )
    .addOption(databaseSetting())
    .addOption(dataDirSetting("where the database is, unless --database is given"))
    .addOption(jsonOption("print JSON: the names of what was applied"))
    .addHelpText(
      "after",
      examples([
        "HANGAR_DATABASE=postgres://hangar@db/hangar hangar migrate",
        "Prepare PostgreSQL.",
      ]),
    )
    .action(async (options: MigrateOptions) => {
      const { runMigrate } = await import("../migrate/run-migrate.ts");
      await runMigrate(context, options);
    });
}
