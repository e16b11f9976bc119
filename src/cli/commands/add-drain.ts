import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addClientSettings, type ClientSettings } from "../settings/client-settings.ts";
import { parseNodeName } from "../settings/node-name.ts";
import { parseSeconds } from "../settings/parse-seconds.ts";
import { examples } from "./examples.ts";
import { jsonOption } from "./json-option.ts";

export interface DrainOptions extends ClientSettings {
  terminateAfter?: number;
  wait?: true;
  json?: true;
}

export function addDrain(program: Command, context: Context): void {
  const command = program
    .command("drain")
    .summary("place no more backends on a drone")
    .description(
      "Place no more backends on a drone. Those that it has run on, unless a time is given for their end.",
    )
    .argument("<drone>", "the drone's name", parseNodeName)
    .option(
      "--terminate-after <seconds>",
      "then ask its backends to end; default: they run on",
      parseSeconds,
    )
    .option("--wait", "return once it has no live backend any more")
    .addOption(jsonOption("print JSON: the drone"));
  addClientSettings(command)
    .addHelpText(
      "after",
      examples(
        ["hangar drain dr-box", "Let its backends end by themselves."],
        ["hangar drain dr-box --terminate-after 5m --wait", "Before the machine is switched off."],
        ["hangar undrain dr-box", "Take it back."],
      ),
    )
    .action(async (name: string, options: DrainOptions) => {
      const { runDrain } = await import("../drain/run-drain.ts");
      await runDrain(context, options, name);
    });
}
