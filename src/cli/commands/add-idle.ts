import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addClientSettings, type ClientSettings } from "../settings/client-settings.ts";
import { parseBackendId } from "../settings/parse-backend-id.ts";
import { examples } from "./examples.ts";
import { jsonOption } from "./json-option.ts";

export interface IdleOptions extends ClientSettings {
  json?: true;
}

export function addIdle(program: Command, context: Context): void {
  const command = program
    .command("idle")
    .summary("show what holds a backend up, and when it will go")
    .description("Show what holds a backend up, when it will go if nothing changes, and why.")
    .argument("<id>", "the backend's id", parseBackendId)
    .addOption(jsonOption());
  addClientSettings(command)
    .addHelpText(
      "after",
      examples([
        "hangar idle ID --json | jq .goes_at",
        "When it goes, in epoch ms; null: not by itself.",
      ]),
    )
    .action(async (id: string, options: IdleOptions) => {
      const { runIdle } = await import("../inspect/run-idle.ts");
      await runIdle(context, options, id);
    });
}
