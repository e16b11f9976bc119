import { type Command, Option } from "commander";
import { AUDIT_ACTIONS, type AuditAction } from "../../protocol/audit.ts";
import type { Context } from "../context.ts";
import { addClientSettings, type ClientSettings } from "../settings/client-settings.ts";
import { integerWithin } from "../settings/parse-number.ts";
import { parseSeconds } from "../settings/parse-seconds.ts";
import { examples } from "./examples.ts";
import { jsonOption } from "./json-option.ts";

export interface AuditOptions extends ClientSettings {
  key?: string;
  action?: AuditAction;
  target?: string;
  since?: number;
  limit: number;
  json?: true;
}

export function addAudit(program: Command, context: Context): void {
  const command = program
    .command("audit")
    .summary("show who did what")
    .description("Show who did what, newest first: with which key, from which address, to what.")
    .option("--key <id>", "what was done with this API key")
    .addOption(new Option("--action <action>", "what was done").choices(AUDIT_ACTIONS))
    .option("--target <id>", "what was done to this backend, drone or key")
    .option("--since <seconds>", "no longer ago than this; or 5m, 12h, 7d", parseSeconds)
    .addOption(
      new Option("--limit <count>", "at most so many")
        .default(50)
        .argParser(integerWithin(1, 1_000_000)),
    )
    .addOption(jsonOption("print JSON: an array"));
  addClientSettings(command)
    .addHelpText(
      "after",
      examples(
        ["hangar audit --since 1h", "What was done in the last hour."],
        ["hangar audit --action backend.terminate --target ID", "Who has ended a backend."],
      ),
    )
    .action(async (options: AuditOptions) => {
      const { runAudit } = await import("../access/run-audit.ts");
      await runAudit(context, options);
    });
}
