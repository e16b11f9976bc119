import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addClientSettings, type ClientSettings } from "../settings/client-settings.ts";
import { parseBackendId } from "../settings/parse-backend-id.ts";
import { jsonOption } from "./json-option.ts";

export interface MetricsOptions extends ClientSettings {
  follow?: true;
  json?: true;
}

export function addMetrics(program: Command, context: Context): void {
  const command = program
    .command("metrics")
    .summary("show what a backend uses")
    .description("Show the CPU, memory, network, disk and connections that a backend uses.")
    .argument("<id>", "the backend's id", parseBackendId)
    .option("-f, --follow", "every 2 s, until it has ended")
    .addOption(jsonOption("print JSON, one object a line"));
  addClientSettings(command).action(async (id: string, options: MetricsOptions) => {
    const { runMetrics } = await import("../watch/run-metrics.ts");
    await runMetrics(context, options, id);
  });
}
