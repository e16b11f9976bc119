import type { Command, Option } from "commander";
import { asObject, type ConfigFile } from "./config-file.ts";
import { configProblem, didYouMean } from "./config-problem.ts";
import { optionValue, UnfitValue } from "./option-value.ts";

/** What a config file tells one command. */
export type ToldOptions = ReadonlyMap<Option, unknown>;

/** The name under which a config file has the options of no command, such as --debug. */
const PROGRAM = "hangar";

/** Looks through all of it, so that a mistake is found wherever it is; by command. */
export function toldOptions(
  program: Command,
  { path, commands }: ConfigFile,
): ReadonlyMap<Command, ToldOptions> {
  const known = new Map(listCommands(program).map((command) => [nameOf(command), command]));
  return new Map(
    Object.entries(commands).map(([name, told]) => {
      const command = known.get(name);
      if (command !== undefined) return [command, readOptions(path, name, command, told)];
      const names = ["contexts", "current_context", ...known.keys()];
      const problem = `there is no such command.${didYouMean(name, names)}`;
      throw configProblem(path, name, problem);
    }),
  );
}

/** All that there are, the program itself and commands within commands included. */
export function listCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(listCommands)];
}

/** "keys create": as it is typed, without the program's own. */
export function nameOf(command: Command): string {
  const { parent } = command;
  if (parent === null) return PROGRAM;
  return parent.parent === null ? command.name() : `${nameOf(parent)} ${command.name()}`;
}

/** Those of the command that a file may set: not where the file itself is. */
function readOptions(path: string, name: string, command: Command, told: unknown): ToldOptions {
  const known = new Map(
    command.options
      .filter(({ long }) => long !== "--config" && long !== "--version")
      .map((option) => [option.long?.slice(2) ?? "", option]),
  );
  return new Map(
    Object.entries(asObject(path, name, told)).map(([flag, value]) => {
      const field = `${name}.${flag}`;
      const option = known.get(flag);
      if (option === undefined) {
        const what = `${name} has no such option.${didYouMean(flag, [...known.keys()])}`;
        throw configProblem(path, field, what);
      }
      return [option, readValue(path, field, option, value)];
    }),
  );
}

function readValue(path: string, field: string, option: Option, value: unknown): unknown {
  try {
    return optionValue(option, value);
  } catch (error) {
    if (error instanceof UnfitValue) throw configProblem(path, field, error.message);
    throw error;
  }
}
