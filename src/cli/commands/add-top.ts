import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addClientSettings, type ClientSettings } from "../settings/client-settings.ts";
import { integerWithin } from "../settings/parse-number.ts";
import { jsonOption } from "./json-option.ts";

const MAX = 1_000;

export interface TopOptions extends ClientSettings {
  namespace?: string;
  limit?: number;
  once?: true;
  json?: true;
}

export function addTop(program: Command, context: Context): void {
  const command = program
    .command("top")
    .summary("show which backends use most")
    .description(
      "Show what the running backends use, the busiest first. On a terminal, c, m, n, d, o and k sort it by CPU, memory, network, disk, open connections or key; q or Ctrl-C ends it.",
    )
    .option("--namespace <name>", "only of this namespace")
    .option("--limit <count>", "of the newest so many", integerWithin(1, MAX))
    .option("--once", "show it once; also what a file is given")
    .addOption(jsonOption("print JSON, one array a line"));
  addClientSettings(command).action(async (options: TopOptions) => {
    const { runTop } = await import("../watch/run-top.ts");
    await runTop(context, options);
  });
}
