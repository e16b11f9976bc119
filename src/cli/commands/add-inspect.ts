import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addClientSettings, type ClientSettings } from "../settings/client-settings.ts";
import { parseBackendId } from "../settings/parse-backend-id.ts";
import { jsonOption } from "./json-option.ts";

export interface InspectOptions extends ClientSettings {
  json?: true;
}

export function addInspect(program: Command, context: Context): void {
  const command = program
    .command("inspect")
    .summary("show everything about one backend")
    .description("Show everything about one backend: what it is, how its spawn went, how it ended.")
    .argument("<id>", "the backend's id", parseBackendId)
    .addOption(jsonOption());
  addClientSettings(command).action(async (id: string, options: InspectOptions) => {
    const { runInspect } = await import("../inspect/run-inspect.ts");
    await runInspect(context, options, id);
  });
}
