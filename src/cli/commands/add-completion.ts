import { Argument, type Command } from "commander";
import { INSTALL, SHELL_SCRIPTS, SHELLS, type Shell } from "../completion/shell-scripts.ts";
import type { Context } from "../context.ts";

export interface CompletionDeps {
  createProgram(): Command;
}

/** The script for a shell, and what that script asks when TAB is pressed. */
export function addCompletion(program: Command, context: Context, deps: CompletionDeps): void {
  const { out, err } = context.terminal;
  program
    .command("completion")
    .summary("complete commands, options, ids and names with TAB")
    .description(
      "Print what makes a shell complete commands, options and their values with TAB, and also backends, drones and contexts: these are asked for, and left out if no answer comes at once.",
    )
    .addArgument(new Argument("<shell>", "which shell").choices(SHELLS))
    .addHelpText("after", () => {
      const lines = SHELLS.map((shell) => `  In each new ${shell}:\n    $ ${INSTALL[shell]}`);
      return `\nExamples:\n${lines.join("\n")}\n`;
    })
    .action((shell: Shell) => {
      out.stream.write(SHELL_SCRIPTS[shell]);
      if (!out.isInteractive) return;
      err.line(err.colors.dim(`\nTo have it in each new ${shell}:\n  ${INSTALL[shell]}`));
    });
  program
    .command("complete-word", { hidden: true })
    .description("What the scripts of `hangar completion` ask: the words after the program's name.")
    .argument("[word...]", "the last one is being typed")
    .action(async (words: string[]) => {
      const { runComplete } = await import("../completion/run-complete.ts");
      await runComplete(context, deps, words);
    });
}
