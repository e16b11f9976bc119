import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addClientSettings, type ClientSettings } from "../settings/client-settings.ts";
import { parseNodeName } from "../settings/node-name.ts";
import { jsonOption } from "./json-option.ts";

export interface UndrainOptions extends ClientSettings {
  json?: true;
}

export function addUndrain(program: Command, context: Context): void {
  const command = program
    .command("undrain")
    .summary("place backends on a drone again")
    .description(
      "Place backends on a drained drone again. What was asked to end by then still ends.",
    )
    .argument("<drone>", "the drone's name", parseNodeName)
    .addOption(jsonOption("print JSON: the drone"));
  addClientSettings(command).action(async (name: string, options: UndrainOptions) => {
    const { runUndrain } = await import("../drain/run-undrain.ts");
    await runUndrain(context, options, name);
  });
}
