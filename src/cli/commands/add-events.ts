import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addClientSettings, type ClientSettings } from "../settings/client-settings.ts";
import { parseBackendId } from "../settings/parse-backend-id.ts";
import { integerWithin } from "../settings/parse-number.ts";
import { examples } from "./examples.ts";
import { jsonOption } from "./json-option.ts";

/** The API tells no more at once. */
const MAX = 1_000;

export interface EventsOptions extends ClientSettings {
  follow?: true;
  tail?: number;
  cursor?: string;
  backend?: string;
  namespace?: string;
  key?: string;
  drone?: string;
  json?: true;
}

export function addEvents(program: Command, context: Context): void {
  const command = program
    .command("events")
    .summary("show state changes of all backends")
    .description("Show the state changes of all backends, oldest first.")
    .option("-f, --follow", "go on, and show each as it comes")
    .option("-n, --tail <count>", "the newest so many. Default: 20", integerWithin(0, MAX))
    .option("--cursor <cursor>", "in place of the newest: those after this event, as --json has it")
    .option("--backend <id>", "only of this backend", parseBackendId)
    .option("--namespace <name>", "only of this namespace")
    .option("--key <name>", "only of this key")
    .option("--drone <name>", "only on this drone")
    .addOption(jsonOption("print JSON, one object a line"));
  addClientSettings(command)
    .addHelpText("after", examples(["hangar events -f", "What happens, as it happens."]))
    .action(async (options: EventsOptions) => {
      const { runEvents } = await import("../watch/run-events.ts");
      await runEvents(context, options);
    });
}
