import { type Command, Option } from "commander";
import type { Status } from "../../protocol/backend-state.ts";
import { STATUSES } from "../../protocol/statuses.ts";
import type { Context } from "../context.ts";
import { addClientSettings, type ClientSettings } from "../settings/client-settings.ts";
import { parsePair } from "../settings/parse-pair.ts";
import { examples } from "./examples.ts";
import { jsonOption } from "./json-option.ts";

export interface LsOptions extends ClientSettings {
  all?: true;
  status?: Status[];
  key?: string;
  namespace?: string;
  drone?: string;
  label?: Record<string, string>;
  watch?: true;
  json?: true;
}

export function addLs(program: Command, context: Context): void {
  const command = program
    .command("ls")
    .summary("list backends")
    .description("List the live backends, newest first.")
    .optionsGroup("Which:")
    .option("-a, --all", "those that have ended, too")
    .addOption(new Option("--status <status...>", "only those in one of these").choices(STATUSES))
    .option("--key <name>", "only of this key")
    .option("--namespace <name>", "only of this namespace")
    .option("--drone <name>", "only on this drone")
    .option("--label <name=value>", "only with this label; repeatable, all must hold", parsePair)
    .optionsGroup("Answer:")
    .option("-w, --watch", "go on, and show each change")
    .addOption(jsonOption("print JSON: an array; with --watch, one a line for each change"));
  addClientSettings(command)
    .addHelpText(
      "after",
      examples(
        ["hangar ls --label team=blue", "The live backends of one team."],
        [
          "hangar ls --json --all | jq -r '.[] | select(.ended.reason == \"exited\") | .id'",
          "In a script.",
        ],
      ),
    )
    .action(async (options: LsOptions) => {
      const { runLs } = await import("../inspect/run-ls.ts");
      await runLs(context, options);
    });
}
