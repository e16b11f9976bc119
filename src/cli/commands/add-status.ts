import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addClientSettings, type ClientSettings } from "../settings/client-settings.ts";
import { parseBackendId } from "../settings/parse-backend-id.ts";
import { examples } from "./examples.ts";
import { jsonOption } from "./json-option.ts";

export interface StatusOptions extends ClientSettings {
  follow?: true;
  json?: true;
}

export function addStatus(program: Command, context: Context): void {
  const command = program
    .command("status")
    .summary("show a backend's status, and follow it")
    .description("Show a backend's public status. No API key is needed.")
    .argument("<id>", "the backend's id", parseBackendId)
    .option("-f, --follow", "every status so far, then each as it comes, until it has ended")
    .addOption(jsonOption("print JSON, one object a line"));
  addClientSettings(command)
    .addHelpText("after", examples(["hangar status -f ID", "From its first status to its end."]))
    .action(async (id: string, options: StatusOptions) => {
      const { runStatus } = await import("../inspect/run-status.ts");
      await runStatus(context, options, id);
    });
}
