import type { Command, OptionValueSource } from "commander";
import { chooseContext, SAID, type Said } from "../contexts/choose-context.ts";
import { contextKey } from "../contexts/context-key.ts";
import { tildePath } from "../settings/data-dir.ts";
import type { Screen } from "../terminal.ts";
import type { ConfigFile } from "./config-file.ts";
import { holdsSecrets } from "./holds-secrets.ts";
import { readConfig } from "./read-config.ts";
import { type ToldOptions, toldOptions } from "./told-options.ts";

/** Once flags and variables are read, and before a command runs: what the config file adds to them. */
export async function applyConfig(
  program: Command,
  command: Command,
  screen: Screen,
): Promise<void> {
  const { config: path } = program.opts<{ config: string }>();
  const isAskedFor = saidOf(program, "config") > SAID.file;
  // Its commands make the file, or find nothing in it.
  const makesIt = command.parent?.name() === "context";
  const { config, isOpen } = await readConfig(path, isAskedFor && !makesIt);
  const [problem] = Object.values(config.broken);
  if (problem !== undefined && !(makesIt && MENDING.includes(command.name()))) throw problem;
  const told = toldOptions(program, config);
  for (const each of new Set([program, command])) tell(each, told.get(each));
  if (isOpen && holdsSecrets(config, told)) warnOfOpenFile(screen, path);
  if (command.options.some((option) => option.attributeName() === "context")) {
    // Before a context sets them: it has a key of its own.
    const dataDirIsForUrl = isForUrl(saidOf(command, "dataDir"), saidOf(command, "url"));
    await enterContext(command, config);
    command.setOptionValueWithSource("dataDirIsForUrl", dataDirIsForUrl, "config");
  }
}

/** Of the commands on contexts: those that tell of a broken one, or do away with it. */
const MENDING: readonly string[] = ["add", "ls", "use", "rm"];

/** A flag or a variable is stronger, and so is one that could not stand beside it. */
function tell(command: Command, told: ToldOptions = new Map()): void {
  const isSaid = (name: string) => saidOf(command, name) > SAID.file;
  for (const [option, value] of told) {
    const name = option.attributeName();
    const rivals = command.options
      .filter((other) => conflictsOf(other).includes(name))
      .map((other) => other.attributeName());
    if (value === undefined || [name, ...conflictsOf(option), ...rivals].some(isSaid)) continue;
    command.setOptionValueWithSource(name, value, "config");
  }
}

/** Commander knows them, but does not tell. */
function conflictsOf(option: object): readonly string[] {
  return (option as { conflictsWith: readonly string[] }).conflictsWith;
}

async function enterContext(command: Command, config: ConfigFile): Promise<void> {
  const named = command.getOptionValue("context") as string | undefined;
  const current = config.currentContext;
  const said = saidOf(command, "context");
  const choice = chooseContext({
    names: Object.keys(config.contexts),
    asked: askedFor(named, said, current),
    url: saidOf(command, "url"),
    apiKey: saidOf(command, "apiKey"),
    dataDir: saidOf(command, "dataDir"),
  });
  const controller = choice.kind === "none" ? undefined : config.contexts[choice.name];
  if (choice.kind === "none" || controller === undefined) return;
  command.setOptionValueWithSource("url", controller.url, "config");
  if (!choice.withItsKey) return;
  command.setOptionValueWithSource("apiKey", await contextKey(choice.name, controller), "config");
}

/** Who names a URL alone means some controller, and not the one whose folder somebody weaker has named. */
function isForUrl(dataDir: Said, url: Said): boolean {
  return dataDir > SAID.nowhere && dataDir >= url;
}

function askedFor(named: string | undefined, said: Said, current: string | undefined) {
  if (named !== undefined) return { name: named, said };
  return current === undefined ? undefined : { name: current, said: SAID.file };
}

const SOURCES: Readonly<Record<string, Said>> = {
  config: SAID.file,
  env: SAID.variable,
  cli: SAID.flag,
};

function saidOf(command: Command, name: string): Said {
  const source: OptionValueSource | undefined = command.getOptionValueSource(name);
  return SOURCES[source ?? ""] ?? SAID.nowhere;
}

function warnOfOpenFile({ line, colors }: Screen, path: string): void {
  const file = tildePath(path);
  line(`${colors.yellow("⚠")} ${file} holds keys, and others may read it: chmod 600 ${file}`);
}
