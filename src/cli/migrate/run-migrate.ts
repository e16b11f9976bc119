import { mkdir } from "node:fs/promises";
import { systemClock } from "../../shared/clock.ts";
import type { MigrateOptions } from "../commands/add-migrate.ts";
import type { Context } from "../context.ts";
import { openLog } from "../serve/open-log.ts";
import { tildePath } from "../settings/data-dir.ts";
import { shownDatabase } from "../settings/parse-database-url.ts";

export async function runMigrate(
  { terminal: { out, err } }: Context,
  { database, dataDir, json }: MigrateOptions,
): Promise<void> {
  const { migrateDatabase } = await import("../../../controller/migrate.ts");
  const { log } = await openLog({ logLevel: "warn" }, err);
  if (database === undefined) await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const choice = { dataDir, ...(database === undefined ? {} : { database }) };
  const applied = await migrateDatabase({ clock: systemClock, log }, choice);
  if (json === true) {
    out.line(JSON.stringify(applied));
    return;
  }
  const where = database === undefined ? tildePath(dataDir) : shownDatabase(database);
  if (applied.length === 0) out.line(`Nothing to do: ${where} is up to date.`);
  for (const name of applied) out.line(`${out.colors.green("✔")} ${name}`);
}
