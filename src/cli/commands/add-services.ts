import type { Command } from "commander";
import { DEFAULT_ACCOUNT } from "../../protocol/service.ts";
import type { SpawnFlags } from "../connect/to-connect-request.ts";
import type { Context } from "../context.ts";
import { addClientSettings, type ClientSettings } from "../settings/client-settings.ts";
import { type Pairs, parsePair } from "../settings/parse-pair.ts";
import { addSpawnOptions } from "./add-connect.ts";
import { examples } from "./examples.ts";
import { jsonOption } from "./json-option.ts";

export interface ServiceOptions extends ClientSettings {
  account?: string;
  json?: true;
}

export interface CreateServiceOptions extends ServiceOptions, SpawnFlags {
  environment?: Pairs;
}

const ACCOUNT = `whose it is; default: ${DEFAULT_ACCOUNT}`;

export function addServices(program: Command, context: Context): void {
  const services = program
    .command("services")
    .summary("keep services: named spawn configs, for Jamsocket's clients")
    .description(
      "Keep services: named spawn configs, which Jamsocket's command and libraries connect to.",
    );
  addCreate(services, context);
  addList(services, context);
  addInspect(services, context);
  addRemove(services, context);
}

function addCreate(services: Command, context: Context): void {
  const command = services
    .command("create")
    .summary("create a service")
    .description("Create a service. What it is spawned with may be given now or by the client.")
    .usage("<name> [options] [-- <command...>]")
    .argument("<name>", "the service's name")
    .argument("[command...]", "after --: arguments in place of the image's own")
    .option("--account <name>", ACCOUNT)
    .option(
      "--environment <name=image>",
      "an environment with an image of its own; repeatable",
      parsePair,
    )
    .addOption(jsonOption());
  addSpawnOptions(command);
  addClientSettings(command)
    .addHelpText(
      "after",
      examples(
        [
          "hangar services create board --image hangar/whiteboard --max-idle 5m",
          "What `jamsocket connect board` spawns.",
        ],
        [
          "hangar services create notes --image notes:3 --environment staging=notes:next",
          "With an environment, for `jamsocket connect notes/staging`.",
        ],
      ),
    )
    .action(async (name: string, words: string[], options: CreateServiceOptions) => {
      const { runCreateService } = await import("../services/run-services.ts");
      await runCreateService(context, options, name, words);
    });
}

function addList(services: Command, context: Context): void {
  const command = services
    .command("ls")
    .summary("list services")
    .description("List services, of all accounts or of one.")
    .option("--account <name>", "only of this account")
    .addOption(jsonOption("print JSON: an array"));
  addClientSettings(command).action(async (options: ServiceOptions) => {
    const { runListServices } = await import("../services/run-services.ts");
    await runListServices(context, options);
  });
}

function addInspect(services: Command, context: Context): void {
  const command = services
    .command("inspect")
    .summary("show everything about one service")
    .description("Show everything about one service; of its env the names.")
    .argument("<name>", "the service's name")
    .option("--account <name>", ACCOUNT)
    .addOption(jsonOption());
  addClientSettings(command).action(async (name: string, options: ServiceOptions) => {
    const { runInspectService } = await import("../services/run-services.ts");
    await runInspectService(context, options, name);
  });
}

function addRemove(services: Command, context: Context): void {
  const command = services
    .command("rm")
    .summary("delete a service")
    .description("Delete a service. Its backends live on.")
    .argument("<name>", "the service's name")
    .option("--account <name>", ACCOUNT)
    .addOption(jsonOption("print what it was as JSON"));
  addClientSettings(command).action(async (name: string, options: ServiceOptions) => {
    const { runRemoveService } = await import("../services/run-services.ts");
    await runRemoveService(context, options, name);
  });
}
