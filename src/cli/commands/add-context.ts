import { resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { CONTEXT_NAME_RULE, isContextName } from "../config/config-file.ts";
import type { Context } from "../context.ts";
import { addClientSettings, type ClientSettings } from "../settings/client-settings.ts";
import { parseHttpUrl } from "../settings/parse-http-url.ts";
import { examples } from "./examples.ts";
import { jsonOption } from "./json-option.ts";

export interface ContextAddOptions {
  url: string;
  apiKey?: string;
  apiKeyFile?: string;
  use?: true;
  json?: true;
}

export interface ContextUseOptions {
  none?: true;
  json?: true;
}

export interface ContextShowOptions extends ClientSettings {
  context?: string;
  json?: true;
}

/** Controllers by name, kept in the config file. */
export function addContext(program: Command, context: Context): void {
  const group = program
    .command("context")
    .summary("remember controllers by name, and choose one")
    .description(
      "Remember controllers by name, with their keys, in the config file. Every command that asks a controller takes --context; the current context is asked if nothing else is said. Without any, the controller of this machine is.",
    );
  addAdd(group, context);
  addLs(group, context);
  addUse(group, context);
  addRm(group, context);
  addShow(group, context);
}

const load = async () => await import("../contexts/run-context.ts");

function addAdd(group: Command, context: Context): void {
  group
    .command("add")
    .summary("remember a controller")
    .description("Remember a controller, or change what is remembered of it.")
    .argument("<name>", "what to call it", parseContextName)
    .requiredOption("--url <url>", "where its API listens", parseHttpUrl)
    .option("--api-key-file <file>", "a file that holds its key; read each time", (text) =>
      resolve(text),
    )
    .option("--api-key <key>", "its key, kept in the config file; - reads it from stdin")
    .option("--use", "make it the current one")
    .addOption(jsonOption("print JSON: the context, without its key"))
    .addHelpText(
      "after",
      examples(
        [
          "hangar context add prod --url https://hangar.example.com --api-key-file ~/prod.key --use",
          "From now on, commands ask that controller.",
        ],
        ["hangar ls --context prod", "Or only this once."],
      ),
    )
    .action(async (name: string, options: ContextAddOptions, command: Command) => {
      await (await load()).runContextAdd(context, configOf(command), name, options);
    });
}

function addLs(group: Command, context: Context): void {
  group
    .command("ls")
    .summary("list the controllers that are remembered")
    .description("List the controllers that are remembered; the current one is marked.")
    .addOption(jsonOption("print JSON: an array"))
    .action(async (options: { json?: true }, command: Command) => {
      await (await load()).runContextLs(context, configOf(command), options);
    });
}

function addUse(group: Command, context: Context): void {
  group
    .command("use")
    .summary("choose the controller that commands ask")
    .description("Choose the controller that commands ask if they are told nothing else.")
    .argument("[name]", "which one", parseContextName)
    .option("--none", "none: the controller of this machine")
    .addOption(jsonOption("print JSON: the name, or null"))
    .action(async (name: string | undefined, options: ContextUseOptions, command: Command) => {
      await (await load()).runContextUse(context, configOf(command), name, options);
    });
}

function addRm(group: Command, context: Context): void {
  group
    .command("rm")
    .summary("forget a controller")
    .description("Forget a controller, and its key if that is kept in the config file.")
    // Not parsed: what was written by hand may have a name that no context has, and is to be forgotten too.
    .argument("<name>", "which one")
    .addOption(jsonOption("print JSON: the name"))
    .action(async (name: string, options: { json?: true }, command: Command) => {
      await (await load()).runContextRm(context, configOf(command), name, options);
    });
}

function addShow(group: Command, context: Context): void {
  const command = group
    .command("show")
    .summary("show which controller would be asked, and why")
    .description("Show which controller a command with the same options would ask, and why.")
    .addOption(jsonOption());
  addClientSettings(command).action(async (options: ContextShowOptions, self: Command) => {
    const source = (option: string) => self.getOptionValueSource(option);
    await (await load()).runContextShow(context, configOf(self), options, source);
  });
}

function configOf(command: Command): string {
  return command.optsWithGlobals<{ config: string }>().config;
}

function parseContextName(text: string): string {
  if (isContextName(text)) return text;
  throw new InvalidArgumentError(CONTEXT_NAME_RULE);
}
