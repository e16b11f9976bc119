import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addClientSettings, type ClientSettings } from "../settings/client-settings.ts";
import { jsonOption } from "./json-option.ts";

export interface ProxiesOptions extends ClientSettings {
  json?: true;
}

export function addProxies(program: Command, context: Context): void {
  const command = program
    .command("proxies")
    .summary("list proxies and how busy they are")
    .description(
      "List the proxies: their clients' connections, what is open to backends, and requests a second.",
    )
    .addOption(jsonOption("print JSON: an array"));
  addClientSettings(command).action(async (options: ProxiesOptions) => {
    const { runProxies } = await import("../inspect/run-proxies.ts");
    await runProxies(context, options);
  });
}
