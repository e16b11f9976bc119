import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addClientSettings, type ClientSettings } from "../settings/client-settings.ts";
import { parseBackendId } from "../settings/parse-backend-id.ts";
import { integerWithin } from "../settings/parse-number.ts";
import { parseSince } from "../settings/parse-since.ts";
import { examples } from "./examples.ts";
import { jsonOption } from "./json-option.ts";

const MAX = 1_000_000_000;

export interface LogsOptions extends ClientSettings {
  follow?: true;
  tail?: number;
  since?: string;
  stdout?: true;
  stderr?: true;
  timestamps?: true;
  json?: true;
}

export function addLogs(program: Command, context: Context): void {
  const command = program
    .command("logs")
    .summary("show what a backend has printed")
    .description(
      "Show what a backend has printed. Of one that has ended by itself the last lines are left.",
    )
    .argument("<id>", "the backend's id", parseBackendId)
    .option("-f, --follow", "go on until it has ended; waits for one that has not started")
    .option("-n, --tail <lines>", "only the last so many lines", integerWithin(0, MAX))
    .option("--since <when>", "only what is newer: 90s, 5m, 2h, 1d, or a time", parseSince)
    .option("--stdout", "only what was printed there")
    .option("--stderr", "only what was printed there")
    .option("-t, --timestamps", "the time of each line, by its drone's clock")
    .addOption(jsonOption("print JSON, one object a line"));
  addClientSettings(command)
    .addHelpText("after", examples(["hangar logs -f --tail 20 ID", "The newest, and what comes."]))
    .action(async (id: string, options: LogsOptions) => {
      const { runLogs } = await import("../watch/run-logs.ts");
      await runLogs(context, options, id);
    });
}
