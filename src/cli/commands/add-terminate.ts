import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addClientSettings, type ClientSettings } from "../settings/client-settings.ts";
import { parseBackendIds } from "../settings/parse-backend-id.ts";
import { parseSeconds } from "../settings/parse-seconds.ts";
import { examples } from "./examples.ts";
import { jsonOption } from "./json-option.ts";

export interface TerminateOptions extends ClientSettings {
  hard?: true;
  grace?: number;
  all?: true;
  wait?: true;
  json?: true;
}

export function addTerminate(program: Command, context: Context): void {
  const command = program
    .command("terminate")
    .summary("end backends")
    .description(
      "End backends: a stop signal, then, after their grace, a kill. Ending what has ended is no failure.",
    )
    .argument("[id...]", "the backends' ids", parseBackendIds)
    .option("--all", "every live backend")
    .option("--hard", "kill at once")
    .option(
      "--grace <time>",
      "between stop signal and kill; default: the backend's own",
      parseSeconds,
    )
    .option("--wait", "return once they have ended")
    .addOption(jsonOption("print JSON, one object a line"));
  addClientSettings(command)
    .addHelpText(
      "after",
      examples(
        ["hangar terminate ID --grace 30s --wait", "Leave it half a minute to finish."],
        ["hangar terminate --all --hard", "End everything now."],
      ),
    )
    .action(async (ids: readonly string[], options: TerminateOptions) => {
      const { runTerminate } = await import("../terminate/run-terminate.ts");
      await runTerminate(context, options, ids);
    });
}
