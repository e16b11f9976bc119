import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addClientSettings, type ClientSettings } from "../settings/client-settings.ts";
import { jsonOption } from "./json-option.ts";

export interface DronesOptions extends ClientSettings {
  json?: true;
}

export function addDrones(program: Command, context: Context): void {
  const command = program
    .command("drones")
    .summary("list drones, their health and their load")
    .description(
      "List the drones: whether each is healthy or why not, and what its machine has left.",
    )
    .addOption(jsonOption("print JSON: an array"));
  addClientSettings(command).action(async (options: DronesOptions) => {
    const { runDrones } = await import("../inspect/run-drones.ts");
    await runDrones(context, options);
  });
}
