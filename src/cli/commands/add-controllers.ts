import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addClientSettings, type ClientSettings } from "../settings/client-settings.ts";
import { jsonOption } from "./json-option.ts";

export interface ControllersOptions extends ClientSettings {
  json?: true;
}

export function addControllers(program: Command, context: Context): void {
  const command = program
    .command("controllers")
    .summary("list the controllers that share the database")
    .description("List the controllers that share one database, and when each was heard of last.")
    .addOption(jsonOption("print JSON: an array"));
  addClientSettings(command).action(async (options: ControllersOptions) => {
    const { runControllers } = await import("../inspect/run-controllers.ts");
    await runControllers(context, options);
  });
}
