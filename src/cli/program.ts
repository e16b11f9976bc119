import { resolve } from "node:path";
import { Command, Option } from "commander";
import { VERSION } from "../protocol/version.ts";
import { addAudit } from "./commands/add-audit.ts";
import { addCompletion } from "./commands/add-completion.ts";
import { addConnect } from "./commands/add-connect.ts";
import { addContext } from "./commands/add-context.ts";
import { addController } from "./commands/add-controller.ts";
import { addControllers } from "./commands/add-controllers.ts";
import { addDev } from "./commands/add-dev.ts";
import { addDns } from "./commands/add-dns.ts";
import { addDoctor } from "./commands/add-doctor.ts";
import { addDrain } from "./commands/add-drain.ts";
import { addDrone } from "./commands/add-drone.ts";
import { addDrones } from "./commands/add-drones.ts";
import { addEvents } from "./commands/add-events.ts";
import { addGuard } from "./commands/add-guard.ts";
import { addIdle } from "./commands/add-idle.ts";
import { addInspect } from "./commands/add-inspect.ts";
import { addKeys } from "./commands/add-keys.ts";
import { addLogs } from "./commands/add-logs.ts";
import { addLs } from "./commands/add-ls.ts";
import { addMetrics } from "./commands/add-metrics.ts";
import { addMigrate } from "./commands/add-migrate.ts";
import { addProxies } from "./commands/add-proxies.ts";
import { addProxy } from "./commands/add-proxy.ts";
import { addServices } from "./commands/add-services.ts";
import { addStatus } from "./commands/add-status.ts";
import { addTerminate } from "./commands/add-terminate.ts";
import { addTokens } from "./commands/add-tokens.ts";
import { addTop } from "./commands/add-top.ts";
import { addUndrain } from "./commands/add-undrain.ts";
import { addUp } from "./commands/add-up.ts";
import { describeOption } from "./commands/describe-option.ts";
import { applyConfig } from "./config/apply-config.ts";
import { defaultConfigFile } from "./config/config-place.ts";
import type { Context } from "./context.ts";
import { hideArgument } from "./hide-argument.ts";
import { setting } from "./settings/setting.ts";

const AFTER = `
Settings:
  Each option of up, controller, drone, proxy and dns, and --url, --api-key, --data-dir and --debug, may also
  be a variable: --data-dir is HANGAR_DATA_DIR. And the config file may set any option of any command:
  {"up": {"port": 8081}, "ls": {"all": true}, "hangar": {"debug": true}}.
  An option beats its variable, a variable the config file.

Exit codes:
  0  done                                   4  not found
  1  failed                                 5  not authorised
  2  the command line is wrong              6  the controller cannot be reached
  3  the backend ended before it was ready
`;

type AddCommand = (program: Command, context: Context) => void;

const COMMANDS: Readonly<Record<string, readonly AddCommand[]>> = {
  "Run Hangar:": [addUp, addDev, addController, addDrone, addGuard, addProxy, addDns],
  "Use it:": [
    addConnect,
    addLs,
    addInspect,
    addStatus,
    addLogs,
    addMetrics,
    addIdle,
    addTokens,
    addTerminate,
  ],
  "Look after it:": [
    addTop,
    addEvents,
    addDrones,
    addDrain,
    addUndrain,
    addProxies,
    addControllers,
    addKeys,
    addAudit,
    addServices,
    addMigrate,
    addDoctor,
    addContext,
  ],
};

/** The whole command line. Each command loads what it runs only when it runs. */
export function createProgram(context: Context): Command {
  const { out, err } = context.terminal;
  const program = new Command("hangar")
    .description("One live, stateful container per key, with a URL of its own.")
    .usage("<command> [options]")
    .version(VERSION, "-V, --version", "print the version")
    .addHelpOption(
      new Option("-h, --help", "show this; after a command, its own").helpGroup("Help:"),
    )
    .helpCommand(false)
    .addOption(setting("--debug", "show where an error comes from"))
    .addOption(new Option("--no-color", "print without colours, as NO_COLOR does"))
    .addOption(
      setting("--config <file>", "contexts, and what commands are told if not here")
        .default(defaultConfigFile(process.env), "~/.config/hangar/config.json")
        .argParser((text) => resolve(text)),
    )
    .addHelpText("after", AFTER)
    .showHelpAfterError(err.colors.dim("  --help shows what there is."))
    .configureOutput({
      writeOut: (text) => out.stream.write(text),
      writeErr: (text) => err.stream.write(text),
      getOutHasColors: () => out.colors.isColorSupported,
      getErrHasColors: () => err.colors.isColorSupported,
      outputError: (text, write) =>
        write(`${err.colors.red("✖")} ${hideArgument(text).replace(/^error: /, "")}`),
    })
    .configureHelp({
      optionDescription: describeOption,
      styleTitle: (text) => out.colors.bold(text),
      styleCommandText: (text) => out.colors.cyan(text),
      styleSubcommandTerm: (text) => out.colors.cyan(text),
      styleOptionTerm: (text) => out.colors.cyan(text),
      styleArgumentTerm: (text) => out.colors.cyan(text),
      subcommandTerm: (command) => [command.name(), ...command.aliases()].join(", "),
    })
    .exitOverride()
    .on("option:no-color", () => context.terminal.dropColors())
    .hook("preAction", async (_, command) => {
      await applyConfig(program, command, err);
      if (program.opts<{ color: boolean }>().color === false) context.terminal.dropColors();
    });
  for (const [group, commands] of Object.entries(COMMANDS)) {
    program.commandsGroup(group);
    for (const add of commands) add(program, context);
  }
  addCompletion(program, context, { createProgram: () => createProgram(context) });
  return program;
}
